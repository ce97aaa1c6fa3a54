"""CSV as it is met in the wild: encodings, separators, broken quotes, size."""

import csv
import hashlib
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tableurs.decoupage import Decoupeur
from adapters.tableurs.ouvrir import ouvrir
from adapters.tableurs.refus import FichierAbsent, FichierIllisible, FichierVide
from adapters.tableurs.tableau import EnregistrementLu
from tests.conftest import Dire
from tests.epreuves import compte

ENTETE = ("Réf", "Bénéficiaire", "Objet", "Montant")
LIGNES = (
    ("1", "Théâtre à l’été", "Créations, ateliers ; tournées", "1 200,50"),
    ("2", "Où ça ?", "Première ligne\nseconde ligne\ntroisième", "300"),
    ("3", 'Le "Grand" Cœur', "Tabulation\tet barre | dedans", ""),
)


def ecrire(chemin: Path, texte: str, encodage: str = "utf-8") -> Path:
    chemin.write_bytes(texte.encode(encodage))
    return chemin


def lire(chemin: Path) -> list[EnregistrementLu]:
    with ouvrir(chemin) as tableau:
        return list(tableau.enregistrements)


def sain(lignes: list[EnregistrementLu]) -> list[tuple[int, tuple[str, ...]]]:
    return [(e.ligne, e.cellules) for e in lignes if e.defaut is None]


@pytest.mark.parametrize("fin", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    "encodage", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "utf-32"]
)
def test_tout_encodage_et_tout_separateur_donnent_les_memes_cellules(
    tmp_path: Path, encodage: str, separateur: str, fin: str
) -> None:
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=separateur, lineterminator="\r\n").writerows([ENTETE, *LIGNES])
    texte = sortie.getvalue().replace("\r\n", fin)
    chemin = ecrire(tmp_path / "f.csv", texte, encodage)
    with ouvrir(chemin) as tableau:
        assert tableau.colonnes == ENTETE
        assert tableau.separateur == separateur
        assert tableau.empreinte == hashlib.sha256(chemin.read_bytes()).hexdigest()
        assert [(e.ligne, e.cellules) for e in tableau.enregistrements] == list(zip((2, 3, 6), LIGNES, strict=True))


@pytest.mark.parametrize("encodage", ["cp850", "latin-1", "iso8859_15"])
def test_les_encodages_du_siecle_dernier_se_lisent(tmp_path: Path, encodage: str) -> None:
    chemin = ecrire(tmp_path / "f.csv", "Réf;Objet\n1;Fête à l'école, ça plaît\n", encodage)
    assert sain(lire(chemin)) == [(2, ("1", "Fête à l'école, ça plaît"))]


def test_quelques_octets_de_windows_ne_gatent_pas_un_fichier_en_utf_8(tmp_path: Path) -> None:
    chemin = tmp_path / "f.csv"
    chemin.write_bytes("Réf;Objet\n1;Été à la Médiathèque\n2;".encode() + b"caf\xe9 \x80\n")
    assert sain(lire(chemin)) == [(2, ("1", "Été à la Médiathèque")), (3, ("2", "café €"))]


@pytest.mark.parametrize("encodage", ["cp1252", "iso8859_15", "mac_roman"])
def test_le_signe_de_l_euro_et_l_e_dans_l_o_disent_l_encodage(tmp_path: Path, encodage: str) -> None:
    lignes = lire(ecrire(tmp_path / "f.csv", "réf;objet\n1;Cœur à cœur, 12 €\n", encodage))
    assert sain(lignes) == [(2, ("1", "Cœur à cœur, 12 €"))]


def test_des_fichiers_mis_bout_a_bout_et_la_fin_de_dos_ne_laissent_pas_de_signe(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(b"\xef\xbb\xbf\xef\xbb\xbfa;b\n1;2\n\xef\xbb\xbf3;4\n\x1a")
    with ouvrir(tmp_path / "f.csv") as tableau:
        assert tableau.colonnes == ("a", "b")
        assert [e.cellules for e in tableau.enregistrements] == [("1", "2"), ("3", "4")]


def test_un_octet_nul_dans_un_tout_petit_fichier_non_plus(tmp_path: Path) -> None:
    assert sain(lire(ecrire(tmp_path / "f.csv", "a;b\n1;x\x00y\n2;z\n"))) == [(2, ("1", "x\x00y")), (3, ("2", "z"))]


def test_un_octet_nul_egare_ne_condamne_pas_le_fichier(tmp_path: Path) -> None:
    lignes = "".join(f"{n};texte\n" for n in range(50))
    assert len(lire(ecrire(tmp_path / "f.csv", f"a;b\n{lignes}x;\x00\n"))) == 51


def test_le_separateur_annonce_par_excel_est_obei(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path / "f.csv", "sep=|\r\na|b;c\r\n1|2;3\r\n")
    assert sain(lire(chemin)) == [(3, ("1", "2;3"))]


def test_les_enregistrements_vides_ne_comptent_pas(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path / "f.csv", "\n\na;b\n1;2\n\n ; \n;\n3;4\n\n")
    assert sain(lire(chemin)) == [(4, ("1", "2")), (8, ("3", "4"))]


def test_des_separateurs_de_trop_au_bout_des_lignes_ne_sont_pas_des_cellules(tmp_path: Path) -> None:
    assert sain(lire(ecrire(tmp_path / "f.csv", "a;b\n1;2;;\n"))) == [(2, ("1", "2"))]


def test_une_cellule_manquante_ou_en_trop_est_dite_et_n_arrete_rien(tmp_path: Path) -> None:
    lus = lire(ecrire(tmp_path / "f.csv", "a;b;c\n1;2;3\n4;5\n6;7;8;9\n10;11;12\n"))
    assert sain(lus) == [(2, ("1", "2", "3")), (5, ("10", "11", "12"))]
    assert [(e.ligne, e.cellules, e.defaut) for e in lus if e.defaut] == [
        (3, ("4", "5"), "Cellules manquantes : 2 au lieu de 3"),
        (4, ("6", "7", "8", "9"), "Cellules en trop : 4 au lieu de 3"),
    ]


@pytest.mark.parametrize("suite", ['"Beta";', "Beta;", '"";', '"Be""ta";'])
def test_un_guillemet_jamais_ferme_ne_perd_que_sa_ligne(tmp_path: Path, suite: str) -> None:
    lignes = [f"{n};{suite}{n}00" for n in range(2, 400)]
    lus = lire(ecrire(tmp_path / "f.csv", "\n".join(["a;b;c", '1;"Alpha;100', *lignes]) + "\n"))
    assert len(lus) == 399
    assert [(e.ligne, e.cellules) for e in lus if e.defaut] == [(2, ("1", '"Alpha', "100"))]
    assert lus[0].defaut is not None
    assert "Guillemet" in lus[0].defaut
    assert lus[0].defaut.endswith("lecture reprise à la ligne 3")


def test_un_guillemet_perdu_que_referme_un_autre_n_avale_pas_les_lignes_entre_eux(tmp_path: Path) -> None:
    lus = lire(ecrire(tmp_path / "f.csv", 'a;b;c\n1;"Alpha;10\n2;Beta;20\n3;Gamma";30\n4;Delta;40\n'))
    assert [e.cellules[0] for e in lus] == ["1", "2", "3", "4"]
    assert [e.ligne for e in lus if e.defaut] == [2]


def test_deux_cellules_de_plusieurs_lignes_ne_font_pas_douter(tmp_path: Path) -> None:
    lus = lire(ecrire(tmp_path / "f.csv", 'a;b;c\n"un\ndeux";x;"trois\nquatre"\n5;"six ;\nsept";8\n'))
    assert sain(lus) == [(2, ("un\ndeux", "x", "trois\nquatre")), (5, ("5", "six ;\nsept", "8"))]


def test_un_guillemet_perdu_referme_a_la_ligne_suivante_n_avale_pas_sa_ligne(tmp_path: Path) -> None:
    lus = lire(ecrire(tmp_path / "f.csv", 'a;b;c\n1;"Alpha;10\n2;Beta";20\n3;Gamma;30\n'))
    assert [(e.ligne, bool(e.defaut)) for e in lus] == [(2, True), (3, False), (4, False)]


def test_des_lignes_fausses_a_la_suite_se_disent_une_a_une(tmp_path: Path) -> None:
    lus = lire(ecrire(tmp_path / "f.csv", 'a;b;c\n1;"x;1\n2;y\n3;z;3;3\n4;"w;4\n5;"v\nv;5\n6;u;6\n'))
    assert [(e.ligne, bool(e.defaut)) for e in lus] == [
        (2, True), (3, True), (4, True), (5, True), (6, True), (7, True), (8, False),
    ]  # fmt: skip


@given(st.text(alphabet='ab;"\n\r, ', max_size=120))
def test_aucun_texte_ne_fait_echouer_la_lecture_et_rien_n_est_lu_deux_fois(texte: str) -> None:
    decoupeur = Decoupeur(iter(io.StringIO(f"a;b;c\n{texte}", newline="").readlines()), ";")
    largeur = len(decoupeur.entete() or ())
    lignes = [e.ligne for e in decoupeur.enregistrements(largeur)]
    assert lignes == sorted(set(lignes))
    assert decoupeur.numero == len(io.StringIO(texte, newline="").readlines()) + 2


RANGEES = st.lists(st.tuples(*[st.text(alphabet='ab"\n é,', max_size=8)] * 3), max_size=8)


@given(RANGEES)
def test_ce_qu_un_tableur_ecrit_se_relit_tel_quel(rangees: list[tuple[str, ...]]) -> None:
    sortie = io.StringIO(newline="")
    csv.writer(sortie, delimiter=";").writerows([("a", "b", "c"), *rangees])
    sortie.seek(0)
    decoupeur = Decoupeur(iter(sortie.readlines()), ";")
    decoupeur.entete()
    lues = [e.cellules for e in decoupeur.enregistrements(3)]
    assert lues == [rangee for rangee in rangees if any(cellule.strip() for cellule in rangee)]


def test_des_guillemets_ouverts_en_tete_de_lignes_qui_se_suivent_ne_font_pas_un_seul_rejet(tmp_path: Path) -> None:
    lus = lire(ecrire(tmp_path / "f.csv", "a;b;c\n" + '"1;x;y\n' * 3 + "2;x;y\n"))
    assert [(e.ligne, bool(e.defaut)) for e in lus] == [(2, True), (3, True), (4, True), (5, False)]


def test_une_cellule_de_cinq_cents_lignes_est_une_cellule(tmp_path: Path) -> None:
    texte = "x\n" * 500
    lus = lire(ecrire(tmp_path / "f.csv", f'a;b\n1;"{texte}"\n2;z\n'))
    assert sain(lus) == [(2, ("1", texte)), (503, ("2", "z"))]


@pytest.mark.parametrize("longue", ["1;" + "x" * 1_200_000, '1;"' + ("x" * 600_000 + "\n") * 3 + '"'])
def test_un_enregistrement_demesure_est_dit_et_n_arrete_rien(tmp_path: Path, longue: str) -> None:
    lus = lire(ecrire(tmp_path / "f.csv", f"a;b\n1;2\n{longue}\n3;4\n"))
    assert [e.cellules for e in lus if e.defaut is None] == [("1", "2"), ("3", "4")]
    assert lus[1].defaut is not None
    assert "dépasse un million de caractères" in lus[1].defaut
    assert sum(map(len, lus[1].cellules)) <= 10_000


def test_un_guillemet_mal_double_rejette_son_enregistrement_entier(tmp_path: Path) -> None:
    lus = lire(ecrire(tmp_path / "f.csv", 'a;b;c\n1;"un\nil dit "oui" et part";10\n2;Beta;20\n'))
    assert [(e.ligne, e.defaut) for e in lus if e.defaut] == [
        (2, "Guillemet mal placé dans l’enregistrement de la ligne 2 ; lecture reprise à la ligne 4")
    ]
    assert sain(lus) == [(4, ("2", "Beta", "20"))]


def test_un_guillemet_ouvert_sur_la_derniere_ligne_est_dit(tmp_path: Path) -> None:
    lus = lire(ecrire(tmp_path / "f.csv", 'a;b\n1;2\n3;"4'))
    assert [(e.ligne, e.defaut) for e in lus if e.defaut] == [(3, "Guillemet ouvert à la ligne 3 et jamais refermé")]


def test_un_guillemet_dans_une_cellule_qui_n_en_a_pas_autour_est_un_caractere(tmp_path: Path) -> None:
    assert sain(lire(ecrire(tmp_path / "f.csv", 'a;b\nécran 27";x\n"y" ;z\n'))) == [
        (2, ('écran 27"', "x")),
        (3, ("y", "z")),
    ]


@pytest.mark.parametrize("contenu", [b"", b"\n\r\n \n", b"\xef\xbb\xbf"])
def test_un_fichier_vide_est_refuse(tmp_path: Path, contenu: bytes) -> None:
    (tmp_path / "f.csv").write_bytes(contenu)
    with pytest.raises(FichierVide), ouvrir(tmp_path / "f.csv"):
        pass


def test_un_fichier_absent_ou_un_dossier_est_refuse(tmp_path: Path) -> None:
    for chemin in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(FichierAbsent) as refus, ouvrir(chemin):
            pass
        assert refus.value.code == "fichier_absent"


def test_un_nom_trop_long_est_refuse() -> None:
    with pytest.raises(FichierIllisible, match="son nom est trop long"), ouvrir(Path("x" * 300)):
        pass


@pytest.mark.parametrize("contenu", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b'a;"b\n1;2\n', b"x" * 1_100_000])
def test_ce_qui_n_est_pas_un_csv_est_refuse(tmp_path: Path, contenu: bytes) -> None:
    (tmp_path / "f.csv").write_bytes(contenu)
    with pytest.raises(FichierIllisible), ouvrir(tmp_path / "f.csv") as tableau:
        list(tableau.enregistrements)


def test_quarante_mille_lignes_se_lisent_en_memoire_bornee_et_avec_une_progression(tmp_path: Path, dire: Dire) -> None:
    nombre, chemin = compte(8_000, 40_000), tmp_path / "grand.csv"
    with chemin.open("w", encoding="cp1252") as flux:
        flux.write("réf;objet;montant\n")
        flux.writelines(f'{n};"Été\n{n}";{n}.50\n' for n in range(nombre))
    suivi: list[tuple[int, float]] = []
    tracemalloc.start()
    with ouvrir(chemin, progression=lambda lus, part: suivi.append((lus, part))) as tableau:
        lus = sum(1 for e in tableau.enregistrements if e.defaut is None)
    sommet = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lus == nombre
    assert sommet < compte(1_000_000, 2_000_000)  # all of them kept: 2.8 MB, 14 MB
    assert suivi[-1] == (nombre, 1.0)
    assert suivi == sorted(suivi)
    assert 0.4 < suivi[len(suivi) // 2][1] < 0.6
    dire(f"{nombre} rows, {sommet / 1e6:.1f} MB")
