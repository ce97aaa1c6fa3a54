"""ODS and XLSX: real numbers and dates keep their whole value, sheets are found by name or number."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from adapters.tableurs.classeur import Cellule, texte_de
from adapters.tableurs.ouvrir import ouvrir
from adapters.tableurs.refus import FeuilleInconnue, FichierIllisible, FichierProtege, FichierVide
from tests.adapters.classeurs import Feuilles, ecrire_ods, ecrire_xlsx

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
