"""The file of rejects: same columns, added ones, obeyed when it comes back corrected."""

import contextlib
import csv
import hashlib
from pathlib import Path

import pytest

from adapters.sorties import fichier_neuf
from adapters.tableurs.refus import FichierNonEcrit
from application.reprise.correspondance import lire_correspondance
from application.reprise.plan import EN_TROP_MAX, planifier
from application.reprise.rejets import ecrire_rejets
from tests.adapters.classeurs import ecrire_ods, ecrire_xlsx
from tests.application.reprise.fabrique import rejetees, reprendre, reprises

TEXTE = """
campagne: C
stade: {constante: decide}
identite: [ref, objet]
champs:
  tiers.siret: {colonne: siret}
  tiers.denomination: {colonne: nom}
  objet: {colonne: objet}
  theme: {colonne: theme, reporter: true}
  montant_vote: {colonne: montant}
"""
CONVENTIONS = lire_correspondance(TEXTE)
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
    with chemin.open(encoding="utf-8-sig", newline="") as flux:
        return list(csv.reader(flux, delimiter=";"))


def enregistrer(chemin: Path, rangees: list[list[str]]) -> None:
    """Save a sheet as a spreadsheet does, in the form its name says."""
    match chemin.suffix:
        case ".ods":
            ecrire_ods(chemin, {"rejets": rangees})
        case ".xlsx":
            ecrire_xlsx(chemin, {"rejets": rangees})
        case _:
            with chemin.open("w", encoding="utf-8", newline="") as flux:
                csv.writer(flux, delimiter=";").writerows(rangees)


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
    assert entete[:6] == ["ref", "objet", "siret", "nom", "theme", "montant"]
    assert entete[6:] == ["motif", "fichier_empreinte", "ligne", "rang", "cellule_en_trop_1", "cellule_en_trop_2"]
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


@pytest.mark.parametrize("forme", ["csv", "ods", "xlsx"])
def test_des_cellules_en_trop_reviennent_de_tout_tableur_et_attendent_une_personne(tmp_path: Path, forme: str) -> None:
    """A stray separator cut a name in two: each cell of the row is kept, under a name, until somebody puts them back."""
    rejets, rejoues = tmp_path / "rejets.csv", tmp_path / f"rejoues.{forme}"
    source = tmp_path / "source.csv"
    source.write_text(
        f"ref;objet;siret;nom;theme;montant\nD1;fête;{A};Les Amis;Culture;100\nD2;jeu;{B};Les;Voisins;Sport;500\n"
        f"D3;tir;{B};Les Voisins;Sport;cent\n",
        encoding="utf-8",
    )
    reprendre(source, CONVENTIONS, rejets)
    entete, coupee, autre = lire(rejets)
    assert dict(zip(entete, coupee, strict=True))["cellule_en_trop_1"] == "500"

    enregistrer(rejoues, [entete, coupee, autre])
    assert [r.ligne for r in rejetees(reprendre(rejoues, CONVENTIONS, rejets))] == [3, 4]
    assert lire(rejets) == [entete, coupee, autre]

    coupee[3:6] = ["Les Voisins", "Sport", "500"]  # the cell in excess still says 500
    enregistrer(rejoues, [entete, coupee, autre])
    premiere, _ = rejetees(reprendre(rejoues, CONVENTIONS, rejets))
    assert premiere.motif.partition(" [")[0] == "Cellules en trop : 7 au lieu de 6"
    assert dict(zip(entete, lire(rejets)[1], strict=True))["cellule_en_trop_1"] == "500"

    coupee[entete.index("cellule_en_trop_1")] = ""
    autre[entete.index("montant")] = "200"
    enregistrer(rejoues, [entete, coupee, autre])
    lues = reprises(reprendre(rejoues, CONVENTIONS, rejets))
    assert [(r.ligne, r.rang, r.valeurs["montant_vote"]) for r in lues] == [(3, 1, 500_00), (4, 1, 200_00)]


def test_une_ligne_de_mille_cellules_ne_fait_pas_mille_colonnes(tmp_path: Path) -> None:
    source, rejets, encore = tmp_path / "source.csv", tmp_path / "rejets.csv", tmp_path / "encore.csv"
    cellules = [f"c{rang}" for rang in range(1_000)]
    source.write_text(SOURCE + ";".join(cellules), encoding="utf-8")
    reprendre(source, CONVENTIONS, rejets)
    entete, *_, derniere = lire(rejets)
    assert len(entete) == 6 + 4 + EN_TROP_MAX == len(derniere)
    assert [*derniere[:6], *derniere[10:-1], *derniere[-1].split(" ; ")] == cellules
    reprendre(rejets, CONVENTIONS, encore)
    assert encore.read_bytes() == rejets.read_bytes()


def test_un_echec_ne_laisse_pas_de_fichier_a_moitie_ecrit(tmp_path: Path) -> None:
    rejets = tmp_path / "rejets.csv"
    rejets.write_text("avant", encoding="utf-8")
    plan = planifier(("ref", "objet", "siret", "nom", "theme", "montant"), CONVENTIONS)
    with contextlib.suppress(KeyError), fichier_neuf(rejets) as flux, ecrire_rejets(flux, plan):
        raise KeyError
    assert [f.name for f in tmp_path.iterdir()] == ["rejets.csv"]
    assert rejets.read_text(encoding="utf-8") == "avant"


def test_un_dossier_absent_refuse_d_ecrire_les_rejets(tmp_path: Path) -> None:
    absent = tmp_path / "absent" / "rejets.csv"
    with pytest.raises(FichierNonEcrit), fichier_neuf(absent):
        pass


@pytest.mark.parametrize("separateur", [",", ";"])
def test_les_rejets_s_ouvrent_dans_un_tableur_et_ce_qui_y_serait_une_formule_revient_intact(
    tmp_path: Path, separateur: str
) -> None:
    """Whatever the separator of the source; the header and the identity included."""
    source, rejets = tmp_path / "source.csv", tmp_path / "rejets.csv"
    rangees = [
        ["ref", "+objet", "siret", "nom", "=thème", "montant"],
        ["=D1", "@fête", A, "-Les Amis", "+a", "cent"],
        ["'=D1", "l’été, ; etc", A, "-Les Amis", "", "mille"],
        ["D2", "jeu", B, "Les Voisins", "", "12,50"],
    ]
    with source.open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux, delimiter=separateur).writerows(rangees)
    correspondance = lire_correspondance(
        TEXTE.replace("[ref, objet]", "[ref, '+objet']")
        .replace("{colonne: objet}", "{colonne: '+objet'}")
        .replace("colonne: theme", "colonne: '=thème'")
    )
    lues = reprendre(source, correspondance, rejets)
    assert rejets.read_bytes().startswith(b"\xef\xbb\xbfref;'+objet;siret;")
    entete, *lignes = lire(rejets)
    assert entete[:6] == ["ref", "'+objet", "siret", "nom", "'=thème", "montant"]
    assert lignes[0][:6] == ["'=D1", "'@fête", A, "'-Les Amis", "'+a", "cent"]
    assert lignes[1][0] == "''=D1"
    relues = rejetees(reprendre(rejets, correspondance, tmp_path / "encore.csv"))
    assert [(r.brut[:6], r.empreinte_identite, r.rang) for r in relues] == [
        (r.brut[:6], r.empreinte_identite, r.rang) for r in rejetees(lues)
    ]
    assert (tmp_path / "encore.csv").read_bytes() == rejets.read_bytes()
