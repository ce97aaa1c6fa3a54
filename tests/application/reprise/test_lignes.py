"""A mapping applied to records: ranks, values reported downwards, stages, contradictions."""

import tracemalloc

import pytest

from application.denominations import denominations_concordent
from application.reprise.correspondance import lire_correspondance
from application.reprise.lignes import LigneReprise, lire_lignes
from application.reprise.plan import ColonneAbsente, ColonneAmbigue
from tests.application.reprise.fabrique import SourceEnMemoire, ignorees, rejetees, reprises
from tests.conftest import Dire
from tests.epreuves import compte

DEMANDES = lire_correspondance("""
campagne: C
stade: {colonne: Etape, traduire: {Vote: propose, Dépôt: depose}, sinon: rejeter}
identite: [Code, Objet]
champs:
  tiers.cle: {colonne: Code}
  tiers.denomination: {colonne: Nom}
  objet: {colonne: Objet}
  theme: {colonne: Theme, reporter: true, inconnu: [NC]}
  montant_demande: {colonne: Montant}
constantes: {exercice: 2014}
ignorer_si: [{colonne: Code, egal: Code}, {colonne: Nom, vide: true}]
""")
ATTRIBUTIONS = lire_correspondance("""
campagne: C
stade: {constante: decide}
identite: [Reference, Siret]
champs:
  tiers.siret: {colonne: Siret}
  tiers.cle: {colonne: Code}
  tiers.denomination: {colonne: Nom}
  date_decision: {colonne: Date}
  montant_vote: {colonne: Montant}
""")
ENTETE_DEMANDES = "Code|Nom|Objet|Theme|Montant|Etape"
ENTETE_ATTRIBUTIONS = "Reference|Siret|Code|Nom|Date|Montant"
SIRET, AUTRE_SIRET = "822 127 429 00014", "45297781200018"


def demandes(*lignes: str) -> SourceEnMemoire:
    return SourceEnMemoire(ENTETE_DEMANDES, lignes)


def attributions(*lignes: str) -> SourceEnMemoire:
    return SourceEnMemoire(ENTETE_ATTRIBUTIONS, lignes)


def test_une_ligne_saine_donne_des_valeurs_typees_et_dit_d_ou_elle_vient() -> None:
    (ligne,) = lire_lignes(demandes("12| Les Amis |Fête|Culture|1 200,50|Vote"), DEMANDES)
    assert isinstance(ligne, LigneReprise)
    assert (ligne.ligne, ligne.rang, ligne.stade, ligne.identite) == (2, 1, "propose", ("12", "Fête"))
    assert ligne.empreinte_source == demandes().empreinte
    assert ligne.cle_tiers == "cle:12"
    assert ligne.valeurs == {
        "exercice": 2014,
        "tiers.cle": "12",
        "tiers.denomination": "Les Amis",
        "objet": "Fête",
        "theme": "Culture",
        "montant_demande": 120_050,
    }
    rejet = ligne.rejeter("Le tiers est fermé.")
    assert (rejet.ligne, rejet.rang, rejet.motif) == (2, 1, "Le tiers est fermé.")
    faute = ligne.rejeter("il ment.", "tiers.denomination")
    assert (faute.colonne, faute.motif) == ("Nom", "Colonne « Nom », valeur « Les Amis » : il ment.")
    assert rejet.brut == ("12", " Les Amis ", "Fête", "Culture", "1 200,50", "Vote")


def test_le_rang_se_compte_sur_tout_le_fichier_avant_d_ignorer_ou_de_rejeter() -> None:
    lignes = list(
        lire_lignes(
            demandes(
                "1|A|Fête|T|cent|Vote",  # rejected
                "1||Fête|T|3|Vote",  # ignored
                "1|A|Fête |T|4|Vote",
                "1|A|Bal|T|4|Vote",
            ),
            DEMANDES,
        )
    )
    assert [(ligne.ligne, ligne.rang) for ligne in reprises(lignes)] == [(4, 3), (5, 1)]
    assert [(ligne.ligne, ligne.rang) for ligne in rejetees(lignes)] == [(2, 1)]
    assert ignorees(lignes) == [3]


def test_une_cellule_vide_a_reporter_vaut_celle_du_dessus_lignes_ignorees_exceptees() -> None:
    lignes = lire_lignes(
        demandes(
            "1|A|a||1|Vote",
            "2|B|b|Culture|1|Vote",
            "3|C|c| |1|Inconnue",  # rejected: its reject carries the theme
            "Code|Nom|Objet|Theme|Montant|Etape",
            "4|D|d||1|Vote",
            "5|E|e|NC|1|Vote",
        ),
        DEMANDES,
    )
    lues = list(lignes)
    assert [ligne.valeurs["theme"] for ligne in reprises(lues)] == [None, "Culture", "Culture", None]
    assert rejetees(lues)[0].brut == ("3", "C", "c", "Culture", "1", "Inconnue")


@pytest.mark.parametrize(
    ("etape", "motif"),
    [
        ("Notification", "Colonne « Etape », valeur « Notification » : cette étape n’a pas de traduction"),
        ("", "Colonne « Etape », cellule vide : l’étape n’est pas renseignée"),
    ],
)
def test_une_etape_sans_traduction_rejette_sa_ligne(etape: str, motif: str) -> None:
    (rejet,) = rejetees(list(lire_lignes(demandes(f"1|A|a|T|1|{etape}"), DEMANDES)))
    assert (rejet.colonne, rejet.valeur, rejet.motif) == ("Etape", etape, motif)


def test_tout_ce_qui_est_faux_dans_une_ligne_est_dit() -> None:
    (rejet,) = rejetees(list(lire_lignes(attributions(f"D1|{SIRET[:-1]}|1|A|2017-02-30|1,234"), ATTRIBUTIONS)))
    assert [faute.colonne for faute in rejet.fautes] == ["Siret", "Date", "Montant"]
    assert rejet.motif.startswith(f"Colonne « Siret », valeur « {SIRET[:-1]} » : ce SIRET est invalide : 13 chiffres")


def test_une_cellule_demesuree_se_cite_sans_se_reciter_et_le_rejet_la_garde() -> None:
    (rejet,) = rejetees(list(lire_lignes(attributions(f"D1|{SIRET}|1|{'x' * 20_000}|2017-01-01|1"), ATTRIBUTIONS)))
    assert (len(rejet.motif) < 300, len(rejet.valeur or "") < 130, len(rejet.brut[3])) == (True, True, 20_000)


def test_une_attribution_de_rien_est_rejetee_et_tout_ce_qui_lui_manque_est_dit() -> None:
    lues = list(lire_lignes(attributions(f"D1|{SIRET}|1|A|2017-01-01|0,00", "D2|||B|2017-02-30|0"), ATTRIBUTIONS))
    assert [[f.colonne for f in rejet.fautes] for rejet in rejetees(lues)] == [
        ["Montant"],
        ["Date", "Siret", "Montant"],
    ]


def test_une_valeur_absente_est_inconnue_sauf_le_siret_d_une_attribution() -> None:
    lues = list(lire_lignes(attributions(f"D1|{SIRET}|||| ", "D2||7|B|2017-01-01|5"), ATTRIBUTIONS))
    (ligne,) = reprises(lues)
    assert ligne.valeurs["date_decision"] is ligne.valeurs["montant_vote"] is None
    assert ligne.identite == ("D1", "82212742900014")
    assert [(r.ligne, r.colonne, r.valeur) for r in rejetees(lues)] == [(3, "Siret", "")]


def test_une_demande_sans_code_est_connue_par_sa_denomination() -> None:
    (ligne,) = reprises(list(lire_lignes(demandes(" |Horti  Fm|a|T|1|Vote"), DEMANDES)))
    assert ligne.cle_tiers == "denomination:horti fm"


def test_un_doublon_exact_est_rejete_et_la_meme_identite_ne_l_est_pas() -> None:
    lues = list(lire_lignes(demandes("1|A|a|T|1|Vote", "1|A|a|T| 1 |Vote", "1|A|a|T|2|Vote"), DEMANDES))
    assert [(ligne.ligne, ligne.rang) for ligne in reprises(lues)] == [(2, 1), (4, 3)]
    assert rejetees(lues)[0].motif.startswith("Doublon exact de la ligne 2 [réf. ")


@pytest.mark.parametrize(
    ("seconde", "colonne"),
    [
        (f"D2|{SIRET}|1|Les Voisins|2017-01-01|1", "Nom"),
        (f"D2|{AUTRE_SIRET}|1|Les Amis|2017-01-01|1", "Siret"),
    ],
)
def test_une_ligne_qui_contredit_un_tiers_deja_lu_est_rejetee(seconde: str, colonne: str) -> None:
    source = attributions(f"D1|{SIRET}|1|Les Amis|2017-01-01|1", seconde)
    (rejet,) = rejetees(list(lire_lignes(source, ATTRIBUTIONS)))
    assert (rejet.ligne, rejet.colonne) == (3, colonne)
    assert "la ligne 2 dit autre chose du même tiers" in rejet.motif


def test_la_denomination_retenue_est_la_premiere_ecrite() -> None:
    source = attributions(f"D1|{SIRET}|1||2017-01-01|1", f"D2|{SIRET}|1|LES AMIS|x|1", f"D3|{SIRET}|1|Les Amis||1",
                          f"D4|{SIRET}|1|Les amis (section sud)||1")  # fmt: skip
    lues = reprises(list(lire_lignes(source, ATTRIBUTIONS)))
    assert [ligne.denomination_retenue for ligne in lues] == [None, "Les Amis", "Les Amis"]


@pytest.mark.parametrize(
    ("une", "autre", "concordent"),
    [
        ("FAMILLES RURALES - FÉDÉRATION", "Familles rurales  fédération de Maine-et-Loire", True),
        ("LES RESTAURANTS DU CÅ’UR", "LES RESTAURANTS DU CÃƒâ€¦Ã¢â‚¬â„¢UR", True),
        ("COMPAGNIE ODETTE LOUISE CA1110!", "COMPAGNIE ODETTE LOUISE", True),
        ("CIE CREACTION (instruction technique)", "CIE CREACTION CA5446!", True),
        ("FEDERATION DES CHASSEURS", "FEDERATION DES PECHEURS", False),
        ("SOS FEMMES", "SOS FAMILLES", False),
    ],
)
def test_des_denominations_concordent_si_l_une_commence_par_l_autre(
    une: str,
    autre: str,
    concordent: bool,  # noqa: FBT001
) -> None:
    assert denominations_concordent(une, autre) is concordent
    assert denominations_concordent(autre, une) is concordent


def test_une_colonne_absente_ou_double_est_refusee_avant_toute_lecture() -> None:
    with pytest.raises(ColonneAbsente, match=r"« Theme », « Etape ».*« Code », « Nom »") as refus:
        lire_lignes(SourceEnMemoire("Code|Nom|Objet|Montant|", []), DEMANDES)
    assert refus.value.champs == {"colonnes": ["Theme", "Etape"]}
    with pytest.raises(ColonneAmbigue, match="« Nom »"):
        lire_lignes(SourceEnMemoire(f"{ENTETE_DEMANDES}| Nom", []), DEMANDES)


def test_des_colonnes_doubles_ou_sans_nom_qui_ne_servent_pas_ne_genent_pas() -> None:
    source = SourceEnMemoire(f"X|{ENTETE_DEMANDES}||X|", ["x|1|A|a|T|1|Vote|||"])
    assert len(reprises(list(lire_lignes(source, DEMANDES)))) == 1


def test_vingt_mille_lignes_tiennent_en_memoire_bornee(dire: Dire) -> None:
    nombre = compte(2_000, 20_000)
    source = demandes(*(f"{n}|Association {n}|Objet {n}|T|{n}|Vote" for n in range(nombre)))
    tracemalloc.start()
    lues = sum(1 for ligne in lire_lignes(source, DEMANDES) if isinstance(ligne, LigneReprise))
    sommet = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lues == nombre
    assert sommet < 1_000 * nombre  # all of them kept: 1,600 bytes a row
    dire(f"{nombre} rows, {sommet / 1e6:.1f} MB")
