"""Case 21 of the domain, on the real engine: the quartiers are redrawn mid-project, or an address is on the edge."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from adapters.listes_publiques import QUARTIERS
from aggregates.dossier import Dossier
from application.commandes import FichierRecu
from dispositifs.eligibilite import Perimetre
from scenarios.institution import SERVICE
from tests.acceptance.vie import Vie, ouvrir_vie
from tests.application.seance import JOUR, UNANIME
from tests.moteur import la_campagne, un_depot

pytestmark = pytest.mark.temporal
QUARTIER = "QN05981M"
AVANT = Perimetre(version="qpv2024", du=date(2024, 1, 1), jusqu_au=date(2026, 5, 31), quartiers=QUARTIERS)
APRES = Perimetre(version="qpv-exemple", du=date(2026, 6, 1), quartiers=set(QUARTIERS) - {QUARTIER})
"""A fictitious list, which that quartier left."""
REDESSINE = date(2026, 6, 2)


@pytest.fixture
async def vie(temporal_client: Client, tmp_path: Path) -> AsyncIterator[Vie]:
    async with ouvrir_vie(temporal_client, tmp_path, perimetres=(AVANT, APRES)) as ouverte:
        yield ouverte


async def deposer(vie: Vie, quand: str, *, complet: bool = True) -> str:
    """Open a campagne whose règlement judges the territory then, and file a request there."""
    campagne = f"NQE-{quand.upper()}"
    regle = f'  date_du_territoire: {{valeur: {quand}, depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}}\n'
    contenu = la_campagne(2026, campagne).contenu + regle.encode()
    vie.faire("campagne ouvrir", "admin", fichier=FichierRecu("campagne.yaml", contenu))
    ref = await vie.deposer(**un_depot(campagne=campagne))
    if complet:
        vie.faire("dossier declarer-complet", dossier=ref)
    return ref


def motifs(vie: Vie, ref: str) -> list[tuple[str, str]]:
    return [(m.code, m.objet) for m in vie.dossier(ref).motifs_sans_reponse]


async def test_cas_21_juge_au_depot_un_quartier_sorti_de_la_liste_depuis_reste_admis_et_sa_liste_est_gardee(
    vie: Vie,
) -> None:
    vie.region.ouvrir_credits()
    ref = await deposer(vie, "depot")
    await vie.aller(REDESSINE)
    vie.faire("dossier proposer", dossier=ref)
    vie.faire("dossier viser", "rene", dossier=ref)
    assert motifs(vie, ref) == []
    await vie.voter(await vie.tenir_seance(JOUR), [ref], UNANIME)
    dossier = vie.dossier(ref)
    assert dossier.decision is not None
    assert dossier.decision.favorable
    assert dossier.territoire_juge == (date(2026, 1, 5), "qpv2024")
    relu = vie.services.store.charger_a(Dossier, dossier.id, au=date(2026, 5, 1), connu_au=None)
    assert relu.territoire_juge == dossier.territoire_juge
    assert vie.pilotes() == {"workflow"}


async def test_cas_21_juge_au_vote_un_quartier_sorti_de_la_liste_se_reexamine_avant_la_proposition(vie: Vie) -> None:
    ref = await deposer(vie, "vote")
    assert motifs(vie, ref) == []
    await vie.aller(REDESSINE)
    assert vie.refus("dossier proposer", dossier=ref) == "eligibilite_a_reexaminer"
    vie.faire("dossier examiner-eligibilite", dossier=ref)
    assert motifs(vie, ref) == [("territoire", "")]
    assert vie.attentes(ref)["motif"]["de"] == "instructeur"
    assert vie.refus("dossier proposer", dossier=ref) == "motifs_sans_reponse"
    reponse: dict[str, Any] = {"motif": "territoire", "justification": "le quartier est sorti de la liste (exemple)"}
    vie.faire("dossier repondre-motif", dossier=ref, sens="retenu", **reponse)
    assert vie.refus("dossier proposer", dossier=ref) == "motif_retenu"
    listes = [(i.fait.topic, getattr(i.fait, "perimetre", "")) for i in vie.dossier(ref).inscriptions]
    assert [liste for topic, liste in listes if topic == "dossier.eligibilite_examinee.v1"] == [
        "qpv2024",
        "qpv-exemple",
    ]


async def test_cas_21_juge_a_la_realisation_la_liste_qui_vaudra_ce_jour_la_est_lue_des_le_depot(vie: Vie) -> None:
    ref = await deposer(vie, "realisation")
    assert vie.dossier(ref).territoire_juge == (date(2026, 7, 1), "qpv-exemple")
    assert motifs(vie, ref) == [("territoire", "")]
    assert vie.refus("dossier proposer", dossier=ref) == "motifs_sans_reponse"


async def test_cas_21_une_adresse_en_limite_de_quartier_est_jugee_par_un_agent_sans_rien_arreter(vie: Vie) -> None:
    depose = un_depot(campagne="NQE-2026")
    sans_quartier = depose["depot"].contenu.replace(f'["{QUARTIER}"]'.encode(), b"[]")
    assert sans_quartier != depose["depot"].contenu
    ref = await vie.deposer(**depose | {"depot": FichierRecu("depot.json", sans_quartier)})
    assert motifs(vie, ref) == [("territoire", "aucun_quartier")]
    vie.faire("campagne declarer-service", "admin", campagne="NQE-2026", **SERVICE)
    vie.faire("dossier accuser-reception", dossier=ref, canal="main_propre")
    vie.faire("dossier declarer-complet", dossier=ref)
    await vie.aller(date(2026, 3, 6))
    assert vie.dossier(ref).recu_le == date(2026, 1, 5)
    assert "rejet_implicite_ne" in vie.vu(ref)["drapeaux"], "a motif stops neither the accusé nor the silence"
    assert vie.refus("dossier proposer", dossier=ref) == "motifs_sans_reponse"
    vu = "le plan montre l’adresse du côté du quartier (exemple)"
    vie.faire("dossier repondre-motif", dossier=ref, motif="territoire", sens="leve", justification=vu)
    vie.faire("dossier proposer", dossier=ref)
