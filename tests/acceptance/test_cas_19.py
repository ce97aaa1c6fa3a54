"""Case 19 of the hardest (domain.md (c)), its part before the vote: two funders, one cost, one of whom answers after us."""

from datetime import date
from typing import Any

import pytest

from application.consultations import recalcul
from application.consultations.moment import Moment
from tests.acceptance.vie import Vie
from tests.moteur import PIECES, un_depot

pytestmark = pytest.mark.temporal
CHARGES, TAUX, CUMUL, VILLE = 18_400_00, 60, 90, 6_400_00
"""The example request: what it costs, its share by the règlement, the share all public aids may make of it, what the city gives."""


def propose(vie: Vie, ref: str) -> int:
    """Have an amount proposed, and return it."""
    vie.faire("dossier proposer", dossier=ref)
    montant: int = vie.vu(ref)["montants"]["propose_centimes"]
    return montant


def coder(vie: Vie, ref: str, financeur: str, montant: int, stade: str) -> None:
    """Say what another public body gives for the same cost."""
    dit: dict[str, Any] = {"financeur": financeur, "stade": stade, "montant_centimes": montant, "poste": "60"}
    vie.faire("dossier coder-financeur", dossier=ref, source=f"courrier de {financeur} (exemple fictif)", **dit)


def renvoyer(vie: Vie, ref: str) -> None:
    vie.faire("dossier renvoyer", "rene", dossier=ref, motif="un autre finance aussi (exemple fictif)")


async def test_cas_19_deux_financeurs_une_depense_l_aide_regionale_ne_depasse_jamais_le_cumul(vie: Vie) -> None:
    ref = await vie.deposer()
    await vie.aller(date(2026, 1, 12))
    vie.faire("dossier declarer-complet", dossier=ref)
    permis = CHARGES * CUMUL // 100 - VILLE
    assert permis < CHARGES * TAUX // 100
    assert propose(vie, ref) == permis

    await vie.aller(date(2026, 3, 2))
    coder(vie, ref, "etat", 5_000_00, "demande")
    vu = vie.vu(ref)
    demandes = vu["montants"]["demande_centimes"] + vu["financement"]["aides_publiques_centimes"]
    assert demandes > vu["financement"]["charges_centimes"] == CHARGES, "more public money is asked than it costs"
    assert "financement_change" in vu["drapeaux"]
    assert [geste["geste"] for geste in vie.attentes(ref)["visa"]["gestes"]] == ["dossier renvoyer"]
    assert vie.refus("dossier viser", "rene", dossier=ref) == "financement_change"
    renvoyer(vie, ref)
    assert propose(vie, ref) == permis - 5_000_00, "we reduce first: the other is counted as soon as it is asked"

    await vie.aller(date(2026, 3, 9))
    assert "rejet_implicite_ne" in vie.vu(ref)["drapeaux"], "the other funder's answer stops no clock of ours"
    renvoyer(vie, ref)
    coder(vie, ref, "caf", 1_000_00, "decide")
    vu = vie.vu(ref)
    assert vu["financement"]["postes_doubles"] == ["60"]
    assert "postes_doubles" in vu["drapeaux"]
    assert vie.refus("dossier proposer", dossier=ref) == "motifs_sans_reponse"
    reponse = {"sens": "leve", "justification": "deux parts distinctes de la dépense (exemple fictif)"}
    vie.faire("dossier repondre-motif", dossier=ref, motif="double_financement", **reponse)
    assert propose(vie, ref) == permis - 6_000_00
    vie.faire("dossier viser", "rene", dossier=ref)

    await vie.aller(date(2026, 4, 20))
    coder(vie, ref, "etat", 7_000_00, "decide")
    vu = vie.vu(ref)
    assert [(f["financeur"], f["stade"]) for f in vu["financement"]["codes"]] == [("etat", "decide"), ("caf", "decide")]
    assert vu["financement"]["aides_publiques_centimes"] == VILLE + 8_000_00, "its decision replaces what it was asked"
    renvoyer(vie, ref)
    assert propose(vie, ref) == permis - 8_000_00
    vie.faire("dossier viser", "rene", dossier=ref)

    refait = recalcul.voir(vie.services, ref, Moment())
    assert refait["difference"] is None
    cumul = next(etape for etape in refait["etapes"] if etape["libelle"] == "Cumul des aides publiques")
    assert cumul["resultat_centimes"] == permis - 8_000_00
    assert vie.vu(ref)["montants"]["propose_centimes"] + VILLE + 8_000_00 == CHARGES * CUMUL // 100
    assert vie.pilotes() == {"workflow"}


async def test_cas_19_une_autre_aide_de_la_region_au_meme_projet_compte_dans_le_cumul(vie: Vie) -> None:
    """What we give elsewhere to the same applicant for the same objet is read by the engine, not declared."""
    demande = un_depot(PIECES)
    premier, second = [await vie.deposer(**demande) for _ in range(2)]
    double: dict[str, Any] = {"motif": "en_double", "sens": "leve"}
    justifie = "deux étapes d’un même projet (exemple fictif)"
    vie.faire("dossier repondre-motif", dossier=second, justification=justifie, **double)
    for ref in (premier, second):
        vie.faire("dossier declarer-complet", dossier=ref)
    un = propose(vie, premier)
    assert vie.refus("dossier proposer", dossier=second) == "eligibilite_a_reexaminer"
    vie.faire("dossier examiner-eligibilite", dossier=second)
    (motif,) = vie.dossier(second).motifs_sans_reponse
    assert (motif.code, motif.objet) == ("double_financement", premier)
    vie.faire("dossier repondre-motif", dossier=second, motif="double_financement", sens="leve", justification=justifie)
    autre = propose(vie, second)
    refait = recalcul.voir(vie.services, second, Moment())
    assert autre < un
    assert any("d’autres aides publiques (2 lignes)" in etape["calcul"] for etape in refait["etapes"])
