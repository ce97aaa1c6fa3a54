"""The file of rejects: same columns, added ones, obeyed when it comes back corrected."""

import contextlib
import csv
import hashlib
from pathlib import Path

import pytest

from adapters.sorties import fichier_neuf
from adapters.tableurs.refus import FichierNonEcrit
from application.reprise.correspondance import lire_correspondance
from application.reprise.plan import planifier
from application.reprise.rejets import EcrivainRejets
from tests.application.reprise.fabrique import rejetees, reprendre, reprises

CONVENTIONS = lire_correspondance("""
campagne: C
stade: {constante: decide}
identite: [ref, objet]
champs:
  tiers.siret: {colonne: siret}
  tiers.denomination: {colonne: nom}
  objet: {colonne: objet}
  theme: {colonne: theme, reporter: true}
  montant_vote: {colonne: montant}
""")
A, B = "82212742900014", "45297781200018"
SOURCE = f"""\
ref;objet;siret;nom;theme;montant
D1;fête;{A};Les Amis;Culture;100
D1;fête;{A};Les Amis;;cent
D1;fête;{A};Les Amis;;300
D2;"bal;{B};Les Voisins;Sport;400
D3;jeu;{B};Les Voisins;500
D4;jeu;{B};Les Voisins;Sport;500;x;y
D1;fête;{A};Les Amis;Culture;100
D5;tir;{A};Les Autres;Sport;600
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    chemin = tmp_path / "source.csv"
    chemin.write_text(SOURCE, encoding="utf-8")
    return chemin


def lire(chemin: Path) -> list[list[str]]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.reader(flux, delimiter=";"))


def corriger(chemin: Path, **cellules: str) -> None:
    """Write cells of a file of rejects, named `column_line` after the source."""
    entete, *lignes = lire(chemin)
    for nom, valeur in cellules.items():
        colonne, _, ligne = nom.rpartition("_")
        next(rangee for rangee in lignes if rangee[8] == ligne)[entete.index(colonne)] = valeur
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux, delimiter=";").writerows([entete, *lignes])


def test_le_fichier_des_rejets_garde_les_colonnes_et_ajoute_les_siennes(source: Path, tmp_path: Path) -> None:
    lues = reprendre(source, CONVENTIONS, tmp_path / "rejets.csv")
    entete, *lignes = lire(tmp_path / "rejets.csv")
    empreinte = hashlib.sha256(source.read_bytes()).hexdigest()
    assert [(ligne.ligne, ligne.rang) for ligne in reprises(lues)] == [(2, 1), (4, 3)]
    assert entete == ["ref", "objet", "siret", "nom", "theme", "montant", "motif", "fichier_empreinte", "ligne", "rang"]
    assert [(ligne[7:10]) for ligne in lignes] == [
        [empreinte, "3", "2"],
        [empreinte, "5", "1"],
        [empreinte, "6", "1"],
        [empreinte, "7", "1"],
        [empreinte, "8", "4"],
        [empreinte, "9", "1"],
    ]
    assert lignes[0][:6] == ["D1", "fête", A, "Les Amis", "Culture", "cent"]  # the theme is the row's above
    assert lignes[1][:6] == ["D2", '"bal', B, "Les Voisins", "Sport", "400"]
    assert lignes[3][10:] == ["x", "y"]
    debuts = ("Colonne « montant »", "Guillemet", "Cellules manq", "Cellules en", "Doublon exact de", "Colonne « nom »")
    assert all(ligne[6].startswith(debut) for ligne, debut in zip(lignes, debuts, strict=True))


def test_un_rejet_rejoue_sans_correction_est_rejete_de_meme(source: Path, tmp_path: Path) -> None:
    rejets, encore = tmp_path / "rejets.csv", tmp_path / "encore.csv"
    reprendre(source, CONVENTIONS, rejets)
    lues = reprendre(rejets, CONVENTIONS, encore)
    assert reprises(lues) == []
    assert encore.read_bytes() == rejets.read_bytes()


def test_un_rejet_corrige_garde_sa_source_sa_ligne_et_son_rang(source: Path, tmp_path: Path) -> None:
    rejets = tmp_path / "rejets.csv"
    reprendre(source, CONVENTIONS, rejets)
    corriger(rejets, montant_3="200", objet_5="bal", montant_6="500", theme_6="Sport", motif_8="", nom_9="Les amis")
    lues = reprendre(rejets, CONVENTIONS, rejets)  # a file may be replaced by its own rejects
    assert [(r.ligne, r.rang, r.identite, r.valeurs["montant_vote"]) for r in reprises(lues)] == [
        (3, 2, ("D1", "fête"), 200_00),
        (5, 1, ("D2", "bal"), 400_00),
        (6, 1, ("D3", "jeu"), 500_00),
        (8, 4, ("D1", "fête"), 100_00),
        (9, 1, ("D5", "tir"), 600_00),
    ]
    empreinte = hashlib.sha256(source.read_bytes()).hexdigest()
    assert {r.empreinte_source for r in reprises(lues)} == {empreinte}
    assert reprises(lues)[0].valeurs["theme"] == "Culture"
    assert [ligne[8:] for ligne in lire(rejets)[1:]] == [["7", "1", "x", "y"]]


def test_une_source_corrigee_en_entier_donne_les_memes_identites_que_ses_rejets(source: Path, tmp_path: Path) -> None:
    rejets = tmp_path / "rejets.csv"
    reprendre(source, CONVENTIONS, rejets)
    corriger(rejets, montant_3="200")
    (rejouee,) = reprises(reprendre(rejets, CONVENTIONS))
    source.write_text(SOURCE.replace("cent", "200"), encoding="utf-8")
    entiere = {(r.empreinte_identite, r.rang): r.valeurs for r in reprises(reprendre(source, CONVENTIONS))}
    assert entiere[rejouee.empreinte_identite, rejouee.rang] == rejouee.valeurs


@pytest.mark.parametrize(("colonne", "valeur"), [("ligne", "x"), ("rang", "0"), ("fichier_empreinte", "abc")])
def test_des_colonnes_ajoutees_illisibles_rejettent_leur_ligne(
    source: Path, tmp_path: Path, colonne: str, valeur: str
) -> None:
    rejets = tmp_path / "rejets.csv"
    reprendre(source, CONVENTIONS, rejets)
    corriger(rejets, **{"montant_3": "200", f"{colonne}_3": valeur})
    lues = reprendre(rejets, CONVENTIONS)
    assert reprises(lues) == []
    assert rejetees(lues)[0].motif == "Les colonnes fichier_empreinte, ligne ou rang sont illisibles"


def test_un_fichier_se_sait_fait_de_rejets() -> None:
    colonnes = ("ref", "objet", "siret", "nom", "theme", "montant")
    assert not planifier(colonnes, CONVENTIONS).rejeu
    assert planifier((*colonnes, "motif", "fichier_empreinte", "ligne", "rang"), CONVENTIONS).rejeu
    assert not planifier(("motif", "fichier_empreinte", "ligne", "rang", *colonnes), CONVENTIONS).rejeu


def test_un_fichier_de_rejets_enregistre_par_un_tableur_en_reste_un(source: Path, tmp_path: Path) -> None:
    """Saved again, the cells in excess of one row give columns without a name to all."""
    rejets = tmp_path / "rejets.csv"
    reprendre(source, CONVENTIONS, rejets)
    corriger(rejets, montant_3="200")
    largeur = max(map(len, lire(rejets)))
    carrees = [rangee + [""] * (largeur - len(rangee)) for rangee in lire(rejets)]
    with rejets.open("w", encoding="cp1252", newline="") as flux:
        csv.writer(flux, delimiter="\t").writerows(carrees)
    lues = reprendre(rejets, CONVENTIONS)
    assert [(r.ligne, r.rang, r.rejouee) for r in reprises(lues)] == [(3, 2, True)]
    assert [r.ligne for r in rejetees(lues)] == [5, 6, 7, 8, 9]


def test_un_echec_ne_laisse_pas_de_fichier_a_moitie_ecrit(tmp_path: Path) -> None:
    rejets = tmp_path / "rejets.csv"
    rejets.write_text("avant", encoding="utf-8")
    with contextlib.suppress(KeyError), fichier_neuf(rejets) as flux:
        EcrivainRejets(flux, ["a"], ";")
        raise KeyError
    assert [f.name for f in tmp_path.iterdir()] == ["rejets.csv"]
    assert rejets.read_text(encoding="utf-8") == "avant"


def test_un_dossier_absent_refuse_d_ecrire_les_rejets(tmp_path: Path) -> None:
    absent = tmp_path / "absent" / "rejets.csv"
    with pytest.raises(FichierNonEcrit), fichier_neuf(absent):
        pass
