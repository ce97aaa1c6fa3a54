"""Case 21 of the domain: the quartiers are redrawn mid-project, or an address is on the edge. Real store, gestes and engine."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.listes_publiques import QUARTIERS
from aggregates.dossier import Dossier
from application.commandes import FichierRecu
from application.consultations import dossier as consultation
from application.consultations.moment import Moment
from application.sans_moteur import faire_ce_qui_est_du
from application.services import Services
from dispositifs.eligibilite import Perimetre
from kernel.refus import Refus
from scenarios.institution import SERVICE
from tests.moteur import faire, la_campagne, ouvrir_store, un_depot

QUARTIER = "QN05981M"
AVANT = Perimetre(version="qpv2024", du=date(2024, 1, 1), jusqu_au=date(2026, 5, 31), quartiers=QUARTIERS)
APRES = Perimetre(version="qpv-exemple", du=date(2026, 6, 1), quartiers=set(QUARTIERS) - {QUARTIER})
"""A fictitious list, which that quartier left."""


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with ouvrir_store(tmp_path, repetition=True) as (entiers, _):
        redessines = replace(entiers, perimetres=(AVANT, APRES))
        for quand in ("depot", "vote"):
            regle = f'  date_du_territoire: {{valeur: {quand}, depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}}\n'
            contenu = la_campagne(2026, f"NQE-{quand.upper()}").contenu + regle.encode()
            faire(redessines, "campagne ouvrir", "admin", fichier=FichierRecu("campagne.yaml", contenu))
        yield redessines


def deposer(services: Services, quand: str) -> str:
    ref = faire(services, "dossier deposer", "ines", **un_depot(campagne=f"NQE-{quand.upper()}")).ref
    faire_ce_qui_est_du(services, 0, "cli")
    faire(services, "dossier declarer-complet", "ines", dossier=ref)
    return ref


def redessiner(services: Services) -> None:
    """Let time pass until the new list is in force."""
    horloge: Any = services.store.enregistreur
    horloge.regler_horloge(datetime(2026, 6, 2, 8, tzinfo=UTC))
    faire_ce_qui_est_du(services, 0, "cli")


def refus(services: Services, geste: str, **options: Any) -> str:
    with pytest.raises(Refus) as leve:
        faire(services, geste, "ines", **options)
    return leve.value.code


def motifs(services: Services, ref: str) -> list[tuple[str, str]]:
    return [(m.code, m.objet) for m in services.trouver(Dossier, ref).motifs_sans_reponse]


def test_cas_21_juge_au_depot_un_quartier_sorti_de_la_liste_depuis_reste_admis_et_sa_liste_est_gardee(
    services: Services,
) -> None:
    ref = deposer(services, "depot")
    redessiner(services)
    faire(services, "dossier proposer", "ines", dossier=ref)
    dossier = services.trouver(Dossier, ref)
    assert motifs(services, ref) == []
    assert dossier.territoire_juge is not None
    assert dossier.territoire_juge[1] == "qpv2024"
    relu = services.store.charger_a(Dossier, dossier.id, au=date(2026, 5, 1), connu_au=None)
    assert relu.territoire_juge == dossier.territoire_juge


def test_cas_21_juge_au_vote_un_quartier_sorti_de_la_liste_se_reexamine_avant_la_proposition(
    services: Services,
) -> None:
    ref = deposer(services, "vote")
    assert motifs(services, ref) == []
    redessiner(services)
    assert refus(services, "dossier proposer", dossier=ref) == "eligibilite_a_reexaminer"
    faire(services, "dossier examiner-eligibilite", "ines", dossier=ref)
    assert motifs(services, ref) == [("territoire", "")]
    lu = consultation.voir(services, ref, Moment())
    assert "motif" in {attente["code"] for attente in lu["attentes"]}
    assert refus(services, "dossier proposer", dossier=ref) == "motifs_sans_reponse"
    reponse: dict[str, Any] = {
        "dossier": ref,
        "motif": "territoire",
        "justification": "le quartier est sorti de la liste (exemple)",
    }
    faire(services, "dossier repondre-motif", "ines", sens="retenu", **reponse)
    assert refus(services, "dossier proposer", dossier=ref) == "motif_retenu"
    listes = [(i.fait.topic, getattr(i.fait, "perimetre", "")) for i in services.trouver(Dossier, ref).inscriptions]
    assert [liste for topic, liste in listes if topic == "dossier.eligibilite_examinee.v1"] == [
        "qpv2024",
        "qpv-exemple",
    ]


def test_cas_21_une_adresse_en_limite_de_quartier_est_jugee_par_un_agent_sans_rien_arreter(services: Services) -> None:
    depot = un_depot(campagne="NQE-DEPOT")
    sans_quartier = depot["depot"].contenu.replace(f'["{QUARTIER}"]'.encode(), b"[]")
    assert sans_quartier != depot["depot"].contenu
    ref = faire(services, "dossier deposer", "ines", **depot | {"depot": FichierRecu("depot.json", sans_quartier)}).ref
    faire_ce_qui_est_du(services, 0, "cli")
    assert motifs(services, ref) == [("territoire", "aucun_quartier")]
    service: dict[str, Any] = {"campagne": "NQE-DEPOT", **SERVICE}
    faire(services, "campagne declarer-service", "admin", **service)
    faire(services, "dossier accuser-reception", "ines", dossier=ref, canal="main_propre")
    assert services.trouver(Dossier, ref).recu_le is not None, "a motif stops neither the accusé nor the silence"
    faire(services, "dossier declarer-complet", "ines", dossier=ref)
    assert refus(services, "dossier proposer", dossier=ref) == "motifs_sans_reponse"
    vu = "le plan montre l’adresse du côté du quartier (exemple)"
    faire(services, "dossier repondre-motif", "ines", dossier=ref, motif="territoire", sens="leve", justification=vu)
    faire(services, "dossier proposer", "ines", dossier=ref)
