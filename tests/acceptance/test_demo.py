"""The demo as it is first met: on the eve of a sitting, every role has work. All is asked from the outside."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from cli.demo_bilan import A_VOIR
from kernel.attentes import Role
from tests.acceptance.compose import RACINE, Guichet, environnement, guichet
from tests.acceptance.conftest import Repetition
from tests.acceptance.test_annee import conventions, demandes_de_2014, deposees
from tests.epreuves import EPREUVES, compte

pytestmark = [pytest.mark.temporal]
SANS_FILE = {Role.AUDITEUR, Role.SYSTEME}
"""Of whom nothing is ever awaited in a queue: one reads, the other acts at once."""
DU_MOTEUR = {"brouillon", "enregistre"}
"""États where nobody has anything to do: the engine leaves the second one at once."""
GUIDE = (RACINE / "docs" / "guide" / "site.md").read_text(encoding="utf-8")
LUNDI = datetime.fromisoformat("2026-04-27T09:00:00+02:00")

ENTIERS: dict[str, Any] = {
    "faits": 4804,
    "dossiers": {
        "par_etat": {
            "clos": 57,
            "complet": 1,
            "decide": 25,
            "depose": 7,
            "en_instruction": 464,
            "incomplet": 2,
            "inscrit": 590,
            "propose": 5,
            "recu": 4,
        }
    },
    "montants": {
        "demande_centimes": 8_572_257_95,
        "propose_centimes": 3_256_372_25,
        "vote_centimes": 7_017_587_65,
        "engage_centimes": 7_010_737_65,
        "liquide_centimes": 4_673_700_03,
        "mandate_centimes": 4_669_675_03,
        "paye_centimes": 4_660_740_41,
    },
}
"""What `make demo` prints."""
REDUITS: dict[str, Any] = {
    "faits": 1699,
    "dossiers": {
        "par_etat": {
            "clos": 8,
            "complet": 1,
            "decide": 14,
            "depose": 1,
            "en_instruction": 116,
            "incomplet": 2,
            "inscrit": 72,
            "propose": 5,
            "recu": 4,
        }
    },
    "montants": {
        "demande_centimes": 1_629_247_95,
        "propose_centimes": 437_610_25,
        "vote_centimes": 275_168_77,
        "engage_centimes": 268_318_77,
        "liquide_centimes": 193_442_03,
        "mandate_centimes": 189_417_03,
        "paye_centimes": 180_482_41,
    },
}
"""The same year, with a tenth of the rows taken over."""

Ligne = Mapping[str, Any]


@pytest.fixture(scope="module")
def console(repetition: Repetition, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guichet]:
    env = environnement(BASE=repetition.base)
    with guichet(env, tmp_path_factory.mktemp("guichet")) as ouvert:
        yield ouvert


@pytest.fixture(scope="module")
def lignes(console: Guichet) -> list[Ligne]:
    """Every row of the queue."""
    lues: list[Ligne] = console.faire("file", "--limite", "100000")["lignes"]
    return lues


@pytest.fixture(scope="module")
def faits(console: Guichet, lignes: list[Ligne]) -> dict[str, set[str]]:
    """What happened to each request of the campaign, and to its award."""
    connus = defaultdict[str, set[str]](set)
    for dossier in console.faire("dossier", "lister"):
        if dossier["campagne"] == "NQE-2026":
            connus[dossier["ref"]] |= {f["fait"] for f in console.faire("historique", dossier["ref"])}
    for ligne in lignes:
        if ligne["agregat"] == "subvention" and (ref := ligne["ref"].removeprefix("SUB-")) in connus:
            connus[ref] |= {f["fait"] for f in console.faire("subvention", "historique", ref)}
    return connus


def jours(ligne: Ligne) -> int:
    """Return how long it has been awaited."""
    return (LUNDI - datetime.fromisoformat(ligne["attente"]["depuis"])).days


def de_l_exemple(lignes: list[Ligne], code: str, plus_de: int = -1) -> list[str]:
    """Return the requests and awards of the example that await this, for longer than so many days."""
    return [
        li["ref"] for li in lignes if "NQE-2026" in li["ref"] and li["attente"]["code"] == code and jours(li) > plus_de
    ]


def test_les_chiffres_sont_les_memes_a_chaque_fois(repetition: Repetition) -> None:
    autres = {"duree_s", "reprises", "a_voir"}
    document = {cle: repetition.document[cle] for cle in repetition.document if cle not in autres}
    assert document == (ENTIERS if EPREUVES else REDUITS) | {
        "automatismes": {"par": document["automatismes"]["par"], "en_retard": 0},
        "derive": 0,
        "sans_attente": [],
        "retards_humains": 2,
    }
    assert (document["automatismes"]["par"]["filet"], document["automatismes"]["par"]["cli"]) == (0, 0)


def test_la_base_se_verifie_reprises_et_suppleances_comprises(console: Guichet) -> None:
    verifie = console.faire("verifier")
    assert (verifie["anomalies"], verifie["lus"]) == ([], verifie["tete"]["position"])


def test_les_reprises_sont_celles_des_fichiers(repetition: Repetition) -> None:
    demandes, attributions = demandes_de_2014(repetition.exemples), conventions(repetition.exemples)
    reprises = repetition.document["reprises"]
    reprise = reprises["demandes"]
    assert reprise["appliquees"] == len(demandes)
    assert reprise["montant_repris_centimes"] == sum(demande for demande, _, _ in demandes)
    assert reprises["conventions"]["appliquees"] == len(attributions) == compte(7, 67)
    total = sum(int(Decimal(r["montant"]) * 100) for r in attributions)
    assert reprises["conventions"]["montant_repris_centimes"] == total
    for nom in ("demandes", "conventions"):
        r = reprises[nom]
        assert r["lues"] == r["appliquees"] + r["deja_connues"] + r["ignorees"] + r["rejetees"]
    recues = sum(deposees()) + sum(demande for demande, _, _ in demandes)
    assert repetition.document["montants"]["demande_centimes"] == recues


@pytest.mark.parametrize("role", sorted(set(Role) - SANS_FILE))
def test_chaque_role_a_du_travail(lignes: list[Ligne], role: Role) -> None:
    siennes = [li for li in lignes if li["attente"]["de"] == role]
    assert siennes
    assert all(li["attente"]["gestes"] for li in siennes)


def test_un_dossier_a_chaque_etat_ou_une_personne_agit(repetition: Repetition, lignes: list[Ligne]) -> None:
    attendus = {"depose", "recu", "incomplet", "complet", "en_instruction", "propose", "inscrit", "decide"}
    assert set(repetition.document["dossiers"]["par_etat"]) == attendus | {"clos"}
    etapes = {li["etape"] for li in lignes if li["agregat"] == "dossier"}
    assert attendus - {"inscrit"} <= etapes
    assert "inscrit" not in etapes, "its vote is a geste of its rapport: one act, one row"
    assert any(li["agregat"] == "deliberation" and li["attente"]["code"] == "vote" for li in lignes)


CAUSES: dict[str, Callable[[list[Ligne], dict[str, set[str]]], object]] = {
    "pièces non produites dans leur délai": lambda lignes, _: de_l_exemple(lignes, "suite_pieces"),
    "avis réputé rendu": lambda lignes, faits: any(
        "dossier.avis_repute_rendu.v1" in faits[ref] for ref in de_l_exemple(lignes, "criteres")
    ),
    "complétude jamais examinée": lambda lignes, _: de_l_exemple(lignes, "completude", plus_de=15),
    "instruction plus lente que d’habitude": lambda lignes, _: de_l_exemple(lignes, "criteres", plus_de=30),
    "visa plus lent que d’habitude": lambda lignes, _: de_l_exemple(lignes, "visa", plus_de=10),
    "rejet implicite né": lambda lignes, faits: any(
        "dossier.rejet_implicite_ne.v1" in faits[ref] for ref in de_l_exemple(lignes, "visa")
    ),
    "liquidation plus lente que d’habitude": lambda lignes, _: de_l_exemple(lignes, "liquidation", plus_de=20),
    "paiement plus lent que d’habitude": lambda lignes, _: de_l_exemple(lignes, "paiement", plus_de=20),
    "échéance passée": lambda lignes, _: any(li["attente"]["retard_jours"] for li in lignes),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_un_retard_de_chaque_cause(lignes: list[Ligne], faits: dict[str, set[str]], cause: str) -> None:
    assert CAUSES[cause](lignes, faits)


TRAVAIL: dict[str, Callable[[list[Ligne], dict[str, set[str]]], object]] = {
    "une séance cette semaine": lambda lignes, _: any(
        li["ref"] == "CP-2026-04-28" and li["attente"]["code"] == "ouverture" for li in lignes
    ),
    "son rapport à voter": lambda lignes, _: any(
        li["agregat"] == "deliberation" and li["attente"]["code"] == "vote" for li in lignes
    ),
    "un rejet voté, à dire au demandeur": lambda lignes, faits: any(
        {"dossier.rejet_propose.v1", "dossier.decide.v1"} <= faits[ref]
        for ref in de_l_exemple(lignes, "notification_rejet")
    ),
    "un classement sans suite à voter": lambda _, faits: any(
        {"dossier.pieces_non_produites.v1", "dossier.rejet_propose.v1", "dossier.inscrit.v1"} <= siens
        for siens in faits.values()
    ),
    "un dossier visé, qui attend une autre séance": lambda lignes, _: de_l_exemple(lignes, "inscription"),
    "une ligne refusée": lambda lignes, _: any(li["attente"]["code"] == "ligne_refusee" for li in lignes),
    "un avis attendu": lambda lignes, _: de_l_exemple(lignes, "avis"),
    "des pièces attendues du porteur": lambda lignes, _: de_l_exemple(lignes, "pieces"),
    "un paiement rejeté à reprendre": lambda lignes, faits: any(
        "subvention.rejet_constate.v1" in faits[ref.removeprefix("SUB-")] for ref in de_l_exemple(lignes, "liquidation")
    ),
    "des coordonnées bancaires à valider": lambda lignes, _: any(
        li["attente"]["code"] == "coordonnees" for li in lignes
    ),
    "un mandat à faire": lambda lignes, _: de_l_exemple(lignes, "mandatement"),
    "un bordereau à signer": lambda lignes, _: any(
        li["agregat"] == "bordereau" and li["attente"]["code"] == "signature" for li in lignes
    ),
    "un échéancier à fixer": lambda lignes, _: de_l_exemple(lignes, "echeancier"),
    "des crédits à voter": lambda lignes, _: any(
        li["agregat"] == "enveloppe" and li["attente"]["code"] == "credits" for li in lignes
    ),
}


@pytest.mark.parametrize("quoi", TRAVAIL)
def test_il_y_a(lignes: list[Ligne], faits: dict[str, set[str]], quoi: str) -> None:
    assert TRAVAIL[quoi](lignes, faits)


DITS = {
    "derogation": "dérogation : délibération n° 2026.00000 (exemple fictif), article 3",
    "reglement_revise": "Dossier déclaré complet sous le règlement NQE, version 4",
    "avis_d_experts": "Rappel n° 1 : l’avis de « Comité technique d’exemple, expert 3 » est attendu",
    "lien_d_avis": "Avis favorable : Comité technique d’exemple, expert 1, par le lien qui lui a été donné",
    "visas": "Proposition visée (arrêté d’exemple)",
    "visa_ouvert": "Visa toujours attendu, niveau 1 : il peut être donné par le rôle ordonnateur",
    "desequilibree": "Motif levé : Budget déséquilibré",
    "tardive": "Motif relevé : Demande envoyée après la date limite",
    "en_double": "Motif relevé : Même demandeur, même campagne, même objet",
    "transmise": "Demandeur avisé de la transmission",
    "teleservice": "Reçu de Démarche Numérique",
    "succession": "Demandeur remplacé par Les Réunies (exemple)",
    "interet": "Intérêt déclaré par l’agent",
    "date_corrigee": "27/03/2026 au lieu de 30/03/2026",
    "recours": "Recours gracieux n° 1 formé par le demandeur contre le rejet implicite",
    "masquee": "Données personnelles masquées",
}
"""What the history of each dossier to look at says."""


@pytest.mark.parametrize("chemin", DITS)
def test_chaque_chemin_est_montre(repetition: Repetition, console: Guichet, chemin: str) -> None:
    ref = repetition.document["a_voir"][chemin]
    phrases = " ".join(f["phrase"] for f in console.faire("historique", ref))
    assert DITS[chemin] in phrases.replace("\u00a0", " ")
    nom = console.faire("dossier", "voir", ref)["beneficiaire"]["denomination"]
    assert nom in GUIDE, "the guide names who to look for"


def test_le_bilan_dit_chaque_chemin(repetition: Repetition) -> None:
    assert repetition.document["a_voir"].keys() == DITS.keys() == A_VOIR.keys()
