"""The loop on a real server: a dossier's life, the silence of two months, refusals, what it costs."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates.dossier import Etat
from application.commandes import FichierRecu
from kernel.instants import jour_de
from scenarios.institution import SERVICE
from tests.moteur import ATTENTE_S, Moteur, evenements, relais_en_tete, un_rapport

pytestmark = pytest.mark.temporal
RAPPORT = UUID(int=1)
TACHES_PERMISES, EVENEMENTS_PERMIS = 11, 77
"""Over ten gestes of people: the goal is 20 workflow tasks for the life of a dossier."""


async def test_un_depot_est_enregistre_et_rattache_par_le_moteur(moteur: Moteur) -> None:
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    assert sorted(moteur.topics(recu.id)[-2:]) == ["enregistre", "tiers_rattache"]
    assert moteur.services.store.enregistreur.compter_par_pilote() == {"workflow": 2}


async def test_deux_mois_de_silence_sont_un_fait_a_sa_date_legale(moteur: Moteur) -> None:
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    (attendu,) = [du for du in moteur.situation(recu.id).dus if du.automatisme == "constater_rejet_implicite"]
    await moteur.avancer(recu.id, 50)
    assert "rejet_implicite_ne" not in moteur.topics(recu.id)
    await moteur.avancer(recu.id, 13)
    await moteur.jusqu_a(lambda: "rejet_implicite_ne" in moteur.topics(recu.id))
    dossier = moteur.dossier(recu.id)
    assert list(dossier.rejets_implicites.values()) == [jour_de(attendu.instant - timedelta(seconds=1))]
    assert dossier.etat is Etat.ENREGISTRE, "silence stops nothing"


async def test_une_histoire_du_passe_voit_ses_echeances_inscrites_aussitot(moteur: Moteur) -> None:
    annee = moteur.services.maintenant().year
    recu = moteur.deposer(le=date(annee, 1, 12))
    await moteur.au_repos(recu.id)
    assert list(moteur.dossier(recu.id).rejets_implicites.values()) == [date(annee, 3, 12)]


async def test_un_suivi_arrete_et_repris_du_store_ne_se_remarque_pas(moteur: Moteur) -> None:
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    await moteur.suivi(recu.id).terminate()
    moteur.faire("dossier declarer-complet", dossier=recu.ref)
    await moteur.au_repos(recu.id)
    assert await moteur.vu(recu.id) == moteur.dossier(recu.id).version


async def test_un_dossier_clos_n_est_plus_suivi(moteur: Moteur) -> None:
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    moteur.faire("dossier retirer", dossier=recu.ref, motif="renonce")
    await moteur.relais.un_tour()
    await asyncio.wait_for(moteur.suivi(recu.id).result(), ATTENTE_S)
    assert relais_en_tete(moteur.services)
    assert await moteur.vu(recu.id) == 0


async def test_ce_qui_est_attendu_se_lit_dans_temporal_sans_donnee_personnelle(moteur: Moteur) -> None:
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    await evenements(moteur.suivi(recu.id), 1)
    description = await moteur.suivi(recu.id).describe()
    attributs = {paire.key.name: paire.value for paire in description.typed_search_attributes.search_attributes}
    assert attributs["Etape"] == "enregistre"
    assert attributs["Dispositif"] == "nqe"
    assert attributs["AttendDe"] == ["instructeur"]
    assert attributs["ProchaineEcheance"] == moteur.situation(recu.id).dus[0].instant
    textes = str([evenement async for evenement in moteur.suivi(recu.id).fetch_history_events()])
    for interdit in ("Passerelles", "Contact", "exemple.invalid", "Pile"):
        assert interdit not in textes


async def test_une_vie_de_dossier_tient_en_vingt_taches(moteur: Moteur) -> None:
    recu = moteur.deposer(pieces=("budget", "rib"))
    un_rapport(moteur.services, RAPPORT, dossier=recu.id)
    service: dict[str, Any] = {"campagne": "NQE-2026", **SERVICE}
    moteur.faire("campagne declarer-service", "admin", **service)
    await moteur.relais.un_tour()
    await evenements(moteur.suivi(recu.id), 1)
    demande = {"pieces": "statuts,attestation_cer", "delai": "15 jours", "canal": "main_propre"}
    gestes: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("dossier demander-pieces", "ines", demande),
        ("dossier recevoir-piece", "ines", {"code": "statuts"}),
        ("dossier recevoir-piece", "ines", {"code": "attestation_cer"}),
        ("dossier declarer-complet", "ines", {}),
        ("dossier proposer", "ines", {}),
        ("dossier renvoyer", "rene", {"motif": "à préciser"}),
        ("dossier proposer", "ines", {}),
        ("dossier viser", "rene", {}),
        ("dossier inscrire", "aline", {"deliberation": str(RAPPORT), "ligne": 1}),
    )
    for lectures, (nom, acteur, options) in enumerate(gestes, start=2):
        if nom.endswith("recevoir-piece"):
            options = {**options, "fichier": FichierRecu("f.txt", str(options).encode())}
        moteur.faire(nom, acteur, dossier=recu.ref, **options)
        await moteur.relais.un_tour()
        noms = await evenements(moteur.suivi(recu.id), lectures)
    taches = noms.count("workflow_task_completed")
    assert taches <= TACHES_PERMISES
    assert len(noms) <= EVENEMENTS_PERMIS
