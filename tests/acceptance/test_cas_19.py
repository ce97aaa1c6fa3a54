"""Case 19 of the hardest (domain.md (c)), its part before the vote: two funders, one cost, one of whom answers after us."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aggregates.dossier.motifs import MotifsSansReponse
from aggregates.dossier.visa import FinancementChange
from application.consultations import recalcul
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from tests.application.seance import Region, ouvrir_region
from tests.moteur import PIECES, deposer, un_depot

COURRIER = "courrier de la préfecture du 2 mars (exemple fictif)"


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    with ouvrir_region(tmp_path) as ouverte:
        yield ouverte


def document(region: Region, ref: str) -> dict[str, Any]:
    return voir(region.services, ref, Moment())


def test_cas_19_deux_financeurs_une_depense_l_aide_regionale_ne_depasse_jamais_le_cumul(region: Region) -> None:
    ref = deposer(region.services, pieces=PIECES, le=None, lot=None).ref
    region.moteur()
    region.faire("dossier declarer-complet", "ines", dossier=ref)
    region.faire("dossier proposer", "ines", dossier=ref)
    avant = document(region, ref)["montants"]["propose_centimes"]

    etat = {"financeur": "etat", "montant_centimes": 500_000, "poste": "60", "source": COURRIER}
    region.faire("dossier coder-financeur", "ines", dossier=ref, stade="demande", **etat)
    assert "financement_change" in document(region, ref)["drapeaux"]
    with pytest.raises(FinancementChange):
        region.faire("dossier viser", "rene", dossier=ref)
    region.faire("dossier renvoyer", "rene", dossier=ref, motif="l’État finance aussi (exemple fictif)")
    region.faire("dossier proposer", "ines", dossier=ref)
    apres = document(region, ref)
    assert apres["montants"]["propose_centimes"] == avant - 500_000, "we reduce first: the other is counted"
    assert apres["financement"]["codes"][0]["stade"] == "demande"

    region.faire("dossier renvoyer", "rene", dossier=ref, motif="la CAF aussi (exemple fictif)")
    caf = {"financeur": "caf", "montant_centimes": 100_000, "poste": "60", "source": COURRIER}
    region.faire("dossier coder-financeur", "ines", dossier=ref, stade="decide", **caf)
    vu = document(region, ref)
    assert vu["financement"]["postes_doubles"] == ["60"]
    assert "postes_doubles" in vu["drapeaux"]
    with pytest.raises(MotifsSansReponse):
        region.faire("dossier proposer", "ines", dossier=ref)
    reponse = {"sens": "leve", "justification": "deux parts distinctes de la dépense (exemple fictif)"}
    region.faire("dossier repondre-motif", "ines", dossier=ref, motif="double_financement", **reponse)
    region.faire("dossier proposer", "ines", dossier=ref)
    region.faire("dossier viser", "rene", dossier=ref)

    refait = recalcul.voir(region.services, ref, Moment())
    assert refait["difference"] is None
    cumul = next(etape for etape in refait["etapes"] if etape["libelle"] == "Cumul des aides publiques")
    assert cumul["resultat_centimes"] == avant - 600_000
    financement = document(region, ref)["financement"]
    propose = document(region, ref)["montants"]["propose_centimes"]
    assert propose + financement["aides_publiques_centimes"] <= financement["charges_centimes"]


def test_cas_19_une_autre_aide_de_la_region_au_meme_projet_compte_dans_le_cumul(region: Region) -> None:
    """What we give elsewhere to the same applicant for the same objet is read by the engine, not declared."""
    demande = un_depot(PIECES)
    premier, second = (region.faire("dossier deposer", "ines", **demande).ref for _ in range(2))
    region.moteur()
    double = {"motif": "en_double", "sens": "leve", "justification": "deux étapes d’un même projet (exemple fictif)"}
    region.faire("dossier repondre-motif", "ines", dossier=second, **double)
    for ref in (premier, second):
        region.faire("dossier declarer-complet", "ines", dossier=ref)
        region.faire("dossier proposer", "ines", dossier=ref)
    un, autre = (document(region, ref)["montants"]["propose_centimes"] for ref in (premier, second))
    refait = recalcul.voir(region.services, second, Moment())
    assert autre < un
    assert any("d’autres aides publiques (2 lignes)" in etape["calcul"] for etape in refait["etapes"])
