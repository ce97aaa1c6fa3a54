"""ODS and XLSX: real numbers and dates keep their whole value, sheets are found by name or number."""

import random
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from adapters.tableurs.classeur import Cellule, lire_classeur, texte_de
from adapters.tableurs.ouvrir import ouvrir
from adapters.tableurs.refus import FeuilleInconnue, FichierIllisible, FichierProtege, FichierVide
from kernel.refus import Refus
from tests.adapters.classeurs import Brut, Feuilles, ecrire_ods, ecrire_xlsx

FEUILLES: Feuilles = {
    "Demandes": [
        ["Code", "Siret", "Montant", "Le", "Oui"],
        [1005, 22490001900015, 27346.88, date(2017, 6, 10), True],
        [None, None, None, None, None],
        ["A & B", "été", 0.1 + 0.2, None, False],
    ],
    "Autre": [[None], ["Thème"], ["Culture"]],
    "Vide": [[None]],
}
Ecrire = Callable[[Path, Feuilles], Path]
deux_formats = pytest.mark.parametrize("ecrire", [ecrire_ods, ecrire_xlsx])


@deux_formats
def test_les_cellules_gardent_toute_leur_valeur(tmp_path: Path, ecrire: Ecrire) -> None:
    with ouvrir(ecrire(tmp_path / "classeur", FEUILLES)) as tableau:
        assert tableau.colonnes == ("Code", "Siret", "Montant", "Le", "Oui")
        assert tableau.separateur == ";"
        assert [(e.ligne, e.cellules) for e in tableau.enregistrements] == [
            (2, ("1005", "22490001900015", "27346.88", "2017-06-10", "oui")),
            (4, ("A & B", "été", "0.3", "", "non")),
        ]


ODS_EN_ERREUR = Brut(
    '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
    ' calcext:value-type="error" table:number-columns-repeated="2"><text:p>#DIV/0!</text:p></table:table-cell>'
)
ODS_ERR = Brut(
    '<table:table-cell table:formula="of:=x" office:value-type="float" office:value="0" calcext:value-type="error">'
    "<text:p>Err:502</text:p></table:table-cell>"
)
XLSX_EN_ERREUR = Brut('<c r="{ou}" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
XLSX_NON_CALCULEE = Brut('<c r="{ou}"><f>1+1</f><v></v></c>')
XLSX_TEXTE_VIDE = Brut('<c r="{ou}" t="str"><f>IF(A1,"","")</f><v></v></c>')
XLSX_CALCULEE = Brut('<c r="{ou}"><f>1+1</f><v>2</v></c>')


@pytest.mark.parametrize(
    ("ecrire", "cellules", "lues"),
    [
        (ecrire_ods, [ODS_EN_ERREUR, ODS_ERR], ("#DIV/0!", "#DIV/0!", "Err:502")),
        (ecrire_xlsx, [XLSX_EN_ERREUR, XLSX_NON_CALCULEE, XLSX_CALCULEE], ("#DIV/0!", "#FORMULE NON CALCULÉE", "2")),
        (ecrire_xlsx, [XLSX_TEXTE_VIDE, XLSX_EN_ERREUR, XLSX_CALCULEE], ("", "#DIV/0!", "2")),
    ],
)
def test_une_formule_qui_echoue_n_est_ni_vide_ni_zero(
    tmp_path: Path, ecrire: Ecrire, cellules: list[Brut], lues: tuple[str, ...]
) -> None:
    feuilles: Feuilles = {
        "Autre": [cellules],
        "F": [[None], [None, "a", "b", "c"], [None, "x", 1, 2], [None], [None, *cellules]],
    }
    with ouvrir(ecrire(tmp_path / "classeur", feuilles), feuille="F") as tableau:
        assert [(e.ligne, e.cellules) for e in tableau.enregistrements] == [(3, ("x", "1", "2")), (5, lues)]


@deux_formats
@pytest.mark.parametrize("feuille", ["Autre", 2])
def test_une_feuille_se_designe_par_son_nom_ou_son_numero(tmp_path: Path, ecrire: Ecrire, feuille: int | str) -> None:
    with ouvrir(ecrire(tmp_path / "classeur", FEUILLES), feuille=feuille) as tableau:
        assert [(e.ligne, e.cellules) for e in tableau.enregistrements] == [(3, ("Culture",))]


@deux_formats
@pytest.mark.parametrize("feuille", ["Absente", 0, 4, -1])
def test_une_feuille_inconnue_est_refusee_avec_celles_qui_existent(
    tmp_path: Path, ecrire: Ecrire, feuille: int | str
) -> None:
    with pytest.raises(FeuilleInconnue, match="1 « Demandes », 2 « Autre », 3 « Vide »"):
        ouvrir(ecrire(tmp_path / "classeur", FEUILLES), feuille=feuille).__enter__()


@deux_formats
def test_une_feuille_vide_est_refusee(tmp_path: Path, ecrire: Ecrire) -> None:
    with pytest.raises(FichierVide):
        ouvrir(ecrire(tmp_path / "classeur", FEUILLES), feuille="Vide").__enter__()


@pytest.mark.parametrize("contenu", [b"PK\x03\x04n'importe quoi", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600])
def test_un_classeur_abime_est_refuse(tmp_path: Path, contenu: bytes) -> None:
    (tmp_path / "f.xlsx").write_bytes(contenu)
    with pytest.raises(FichierIllisible):
        ouvrir(tmp_path / "f.xlsx").__enter__()


@pytest.mark.parametrize(
    ("avant", "apres"),
    [(b"</", b""), (b"<office:document-content", b'<!DOCTYPE x [<!ENTITY e "e">]><office:document-content')],
)
def test_un_contenu_coupe_ou_qui_se_gonfle_est_refuse(tmp_path: Path, avant: bytes, apres: bytes) -> None:
    """Calamine never ends on some XML that is cut short."""
    sain = ecrire_ods(tmp_path / "sain.ods", FEUILLES)
    with zipfile.ZipFile(sain) as source, zipfile.ZipFile(tmp_path / "f.ods", "w") as abime:
        for nom in source.namelist():
            contenu = source.read(nom)
            abime.writestr(nom, contenu.replace(avant, apres, 1) if nom == "content.xml" else contenu)
    with pytest.raises(FichierIllisible, match=r"f\.ods est abîmé"):
        ouvrir(tmp_path / "f.ods").__enter__()


def test_un_classeur_tronque_ou_altere_est_refuse_ou_lu(tmp_path: Path) -> None:
    hasard, issues = random.Random(7), Counter[str]()
    octets = ecrire_xlsx(tmp_path / "sain.xlsx", FEUILLES).read_bytes()
    for _ in range(150):
        abimes = bytearray(octets[: hasard.randrange(4, len(octets))] if hasard.random() < 0.3 else octets)
        for _ in range(3):
            abimes[hasard.randrange(4, len(abimes))] = hasard.randrange(256)
        (tmp_path / "f.xlsx").write_bytes(abimes)
        try:
            issues[f"{len(list(lire_classeur((tmp_path / 'f.xlsx').read_bytes(), 'f.xlsx', 1).rangees))} lignes"] += 1
        except Refus as refus:
            issues[refus.code] += 1
    assert issues.total() == 150
    assert issues["fichier_illisible"] > 50


def test_un_csv_nomme_comme_un_classeur_est_un_csv(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_text("a;b\n1;2\n", encoding="utf-8")
    with ouvrir(tmp_path / "f.xlsx", feuille="Demandes") as tableau:
        assert [e.cellules for e in tableau.enregistrements] == [("1", "2")]


def test_un_zip_qui_n_est_pas_un_classeur_est_refuse(tmp_path: Path) -> None:
    chemin = ecrire_xlsx(tmp_path / "f.xlsx", {})
    with pytest.raises((FichierIllisible, FeuilleInconnue)):
        ouvrir(chemin).__enter__()


def test_un_classeur_sous_mot_de_passe_est_refuse(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "f.xlsx").write_bytes(ole)
    for chemin in (tmp_path / "f.xlsx", ecrire_ods(tmp_path / "f.ods", FEUILLES, chiffre=True)):
        with pytest.raises(FichierProtege):
            ouvrir(chemin).__enter__()


@pytest.mark.parametrize(
    ("cellule", "texte"),
    [
        (12.0, "12"),
        (-3.0, "-3"),
        (35600000049837.0, "35600000049837"),
        (1e22, "10000000000000000000000"),
        (1234.5600000000001, "1234.56"),
        (1e-7, "0.0000001"),
        (True, "oui"),
        (7, "7"),
    ],
)
def test_un_nombre_s_ecrit_comme_on_l_aurait_tape(cellule: Cellule, texte: str) -> None:
    assert texte_de(cellule) == texte
