"""Webhooks on a real Temporal server: told as facts are recorded, tried again, ended, found again after a restart."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from adapters.envois import EnvoiHttp
from application.livraisons import creer_webhook
from bootstrap.cablage import source_des_evenements
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from tests.moteur import ATTENTE_S, deposer, faire, ouvrir_store
from tests.web.recepteur import recepteur
from workers.livreurs import construire, demarrer, servir

pytestmark = pytest.mark.temporal


async def jusqu_a(condition: Callable[[], bool]) -> None:
    fin = time.monotonic() + ATTENTE_S
    while not condition():
        assert time.monotonic() < fin, "still waiting"
        await asyncio.sleep(0.02)


async def test_un_fait_est_dit_des_qu_il_est_enregistre_et_redit_tant_qu_il_n_est_pas_recu(
    temporal_client: Client, tmp_path: Path
) -> None:
    with (
        ouvrir_store(tmp_path, repetition=True) as (services, base),
        ouvrir_le_site(Reglages(base=base), services.coffre, a_preparer=True) as site,
        recepteur() as tenu,
    ):
        source, envoi = source_des_evenements(base), EnvoiHttp(ici=True)
        webhook = creer_webhook(services, site.livraisons, "admin", tenu.url)
        suivi = temporal_client.get_workflow_handle(f"webhook-{webhook.id}")
        async with construire(temporal_client, services, site, source, envoi):
            for _ in range(2):  # the second start finds the first
                await demarrer(temporal_client, site)
            deposer(services, pieces=("statuts",), le=None, lot=None)
            await jusqu_a(lambda: len(tenu.recus) == 2)
            tenu.reponses = [500]
            faire(services, "agent enregistrer", "admin", identifiant="un", roles="auditeur")
            await jusqu_a(lambda: len(tenu.recus) == 4)
            assert tenu.recus[2][0]["webhook-id"] == tenu.recus[3][0]["webhook-id"]

        faire(services, "agent enregistrer", "admin", identifiant="deux", roles="auditeur")
        arret = asyncio.Event()
        tache = asyncio.create_task(servir(temporal_client, services, site, source, envoi, arret))
        await jusqu_a(lambda: len(tenu.recus) == 5)  # the worker was gone: nothing is lost, nothing told twice
        positions = [int(json.loads(corps)["id"]) for _, corps in tenu.recus]
        assert positions == sorted(positions)
        assert len(set(positions)) == 4
        site.livraisons.revoquer(webhook.id)
        faire(services, "agent enregistrer", "admin", identifiant="trois", roles="auditeur")
        await asyncio.wait_for(suivi.result(), ATTENTE_S)
        assert (await suivi.describe()).status is WorkflowExecutionStatus.COMPLETED
        assert len(tenu.recus) == 5
        arret.set()
        await asyncio.wait_for(tache, ATTENTE_S)
