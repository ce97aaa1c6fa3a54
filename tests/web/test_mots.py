"""Every code that a screen can show has its words; dates are written and read as French people do."""

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from aggregates.deliberation import Etat as EtatDeDeliberation
from aggregates.dossier import Etat
from aggregates.seance import Etat as EtatDeSeance
from aggregates.subvention.etat import EtapeDePaiement, Terme
from application import attentes_dites, mots
from application.consultations.reglement import valeur
from application.gestes.recueil import titre_de, titre_dit
from application.libelles import Appellations, attente
from application.reactions import deliberation as deliberation
from dispositifs.campagne import NatureCampagne
from kernel.attentes import Nature, Role
from kernel.instants import fin_de_jour
from kernel.refus import SaisieInvalide
from tests.gestes import GESTES
from web import dates, vues

RACINE = Path(__file__).resolve().parents[2]
NBSP = mots.NBSP
FONT_UNE_ATTENTE = {"Cle", "_attente", "attente_d_echeance", "_de_personne", "du_moteur"}


def codes_d_attente() -> set[str]:
    """Read the code of every attente in the aggregates' sources: the first text given to what makes one."""
    codes = set()
    for fichier in (RACINE / "aggregates").rglob("*.py"):
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            if (
                isinstance(noeud, ast.Call)
                and getattr(noeud.func, "id", getattr(noeud.func, "attr", "")) in FONT_UNE_ATTENTE
            ):
                for argument in noeud.args[:2]:
                    branches = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
                    textes = {b.value for b in branches if isinstance(b, ast.Constant) and isinstance(b.value, str)}
                    codes |= textes
                    if textes:
                        break
    return codes - {""}


def test_chaque_attente_a_ses_mots() -> None:
    codes = codes_d_attente()
    assert {"visa", "suite_pieces", "liquidation", "convocation", "decisions", "transmission"} <= codes
    assert codes - attentes_dites.ATTENTES.keys() == set()


def test_chaque_geste_role_etat_et_nature_a_ses_mots() -> None:
    assert all(geste.titre and "'" not in geste.titre for geste in GESTES)
    assert titre_de("dossier declarer-complet") == "Déclarer complet"
    assert set(mots.ROLES) == {role.value for role in Role}
    assert tuple(mots.ETATS) == tuple(Etat)
    assert set(mots.NATURES) == {nature.value for nature in Nature}
    assert {etat.value for etat in (*Etat, *EtatDeSeance, *EtatDeDeliberation)} <= set(mots.ETAPES)
    assert set(mots.ETAPES_DE_PAIEMENT) == {"a_liquider", *(etape.value for etape in EtapeDePaiement)}
    assert set(mots.TERMES) == {terme.value for terme in Terme}
    assert set(mots.NATURES_DE_CAMPAGNE) == {nature.value for nature in NatureCampagne}


def test_ce_qu_on_savait_d_un_jour_porte_ce_jour() -> None:
    assert dates.fin(fin_de_jour(date(2026, 3, 20))) == f"20{NBSP}mars{NBSP}2026, fin de journée"
    assert dates.fin(datetime(2026, 3, 20, 9, tzinfo=UTC)) == f"20{NBSP}mars{NBSP}2026 à 10{NBSP}h{NBSP}00"


def test_un_refus_d_ailleurs_se_dit_en_mots() -> None:
    dit = mots.fondement("le dossier NQE-2026-1 a refusé : geste_impossible")
    assert dit == f"le dossier NQE-2026-1 a refusé{NBSP}: son état ne le permet pas"
    assert mots.fondement("nqe@3") == f"règlement NQE, version{NBSP}3"


def test_les_libelles_ont_l_apostrophe_typographique() -> None:
    tables = [
        v for v in vars(mots).values() if isinstance(v, dict) and v and all(isinstance(m, str) for m in v.values())
    ]
    assert [mot for table in tables for mot in table.values() if "'" in mot] == []


def test_un_code_inconnu_se_montre_tel_quel() -> None:
    assert mots.mot(attentes_dites.ATTENTES, "autre_chose") == "Autre chose"


@pytest.mark.parametrize(
    ("code", "objet", "attendu"),
    [
        ("avis", "ville", f"Avis{NBSP}: ville"),
        ("pieces", "rib,attestation_cer", f"Pièces à produire{NBSP}: rib, attestation cer"),
        ("liquidation", "2", f"Liquidation, échéance{NBSP}2"),
        ("visa", "", "Visa de la proposition"),
        ("credits", "5f1e", "Crédits nécessaires à l’engagement"),
    ],
)
def test_une_attente_se_nomme(code: str, objet: str, attendu: str) -> None:
    assert attente(code, objet) == attendu


def test_une_attente_nomme_ce_que_le_reglement_nomme() -> None:
    libelles = Appellations(
        pieces={"rib": "Relevé d’identité bancaire"}, services={"ville": "Ville de Lille (exemple)"}
    )
    dites = {
        ("pieces", "rib,autre_piece"): f"Pièces à produire{NBSP}: Relevé d’identité bancaire, autre piece",
        ("avis", "ville"): f"Avis{NBSP}: Ville de Lille (exemple)",
        ("avis", "ville-2"): f"Avis{NBSP}: Ville de Lille (exemple), expert 2",
        ("recours", "1"): f"Réponse à un recours, n°{NBSP}1",
        ("demande_a_remettre", "ville"): f"Demande à remettre{NBSP}: Ville de Lille (exemple)",
        (
            "motif",
            "piece_vide:rib",
        ): f"Réponse à un motif{NBSP}: Pièce reçue vide : elle manque (Relevé d’identité bancaire)",
    }
    assert {cle: attente(*cle, libelles) for cle in dites} == dites


def test_les_nombres_et_la_typographie() -> None:
    assert [mots.compte(n, "jour") for n in (0, 1, 2, 1234)] == [
        f"0{NBSP}jour",
        f"1{NBSP}jour",
        f"2{NBSP}jours",
        f"1\u202f234{NBSP}jours",
    ]
    assert mots.typographie("« Été » : 12 € ; quoi ?") == f"«{NBSP}Été{NBSP}»{NBSP}: 12{NBSP}€{NBSP}; quoi{NBSP}?"


def test_les_dates_se_disent() -> None:
    ete = datetime(2026, 6, 30, 22, 5, tzinfo=UTC)
    assert dates.jour(ete) == f"1er{NBSP}juillet{NBSP}2026"
    assert dates.moment(ete) == f"1er{NBSP}juillet{NBSP}2026 à 0{NBSP}h{NBSP}05"
    assert dates.marque("2026-06-30T22:00:00Z") == f"1er{NBSP}juillet{NBSP}2026"
    assert dates.dernier_jour("2026-06-30T22:00:00Z") == f"30{NBSP}juin{NBSP}2026"
    assert dates.jour(None) == ""
    assert dates.jours_apres("2026-06-30", "2026-06-30T22:00:00Z") == 0


def test_une_distance_se_dit() -> None:
    juge = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
    assert dates.distance("2026-06-15T22:00:00Z", juge, 0) == "aujourd’hui"
    assert dates.distance("2026-06-16T22:00:00Z", juge, 0) == f"dans 1{NBSP}jour"
    assert dates.distance("2026-06-12T22:00:00Z", juge, 3) == f"En retard de 3{NBSP}jours"
    assert dates.distance("2026-06-15T08:00:00Z", juge, 0) == "Échue aujourd’hui"


def test_les_deux_dates_d_une_lecture_se_lisent() -> None:
    lu = dates.lire_moment("12/06/2026", "2026-06-12T14:00")
    assert (lu.au, lu.connu_au) == (date(2026, 6, 12), datetime(2026, 6, 12, 12, 0, tzinfo=UTC))
    assert dates.lire_moment(None, "2026-06-12T14:00:00 02:00").connu_au == datetime(2026, 6, 12, 12, 0, tzinfo=UTC)
    assert dates.lire_moment(" ", "").au is None
    for faux in ("12/13/2026", "hier", "2026-06-12T25:00", "0001-01-01"):
        with pytest.raises(SaisieInvalide):
            dates.lire_moment(faux, None)


def test_les_pages_disent_ou_elles_sont_et_ce_qui_les_entoure() -> None:
    page = vues.pages({"lignes": [{}, {}], "avant": 100, "precedent": "abc", "suivant": None})
    assert page == {"premier": 101, "dernier": 102, "precedent": "abc", "suivant": None}


def test_aucune_phrase_ne_dit_de_devant_une_voyelle() -> None:
    for role in Role:
        assert not re.match(r"de [aeiouéè]|de le |de service ", mots.de_qui(role))
    assert [mots.de_qui(role) for role in (Role.FINANCE, Role.SYSTEME)] == ["du service financier", "du moteur"]


def test_un_geste_du_moteur_un_echeancier_et_ce_qui_est_reserve_se_lisent_en_mots() -> None:
    assert titre_dit("dossier declarer-complet") == "Déclarer complet"
    assert titre_dit("dossier decider") == "Porter la décision au dossier"
    assert titre_dit("licorne brosser-la") == "Brosser la"
    assert valeur("versements", "avance:70%,solde:30%") == f"avance 70{NBSP}%, solde 30{NBSP}%"
    assert (
        mots.typographie("Coordonnées déclarées ((réservé)) ; (oublié).")
        == f"Coordonnées déclarées (réservé){NBSP}; (oublié)."
    )
