"""Webhooks: their deliveries have a queue and threads of their own, and each its workflow, started while it lives."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.livrer import Livreur
from application.livraisons import Envoi
from application.services import Services
from application.site import Site
from application.webhooks import Webhook
from workers.bac_a_sable import bac_a_sable
from workers.vie import dormir
from workflows.livraison import LivraisonDeWebhook

FILE: Final = "livraisons"
A_LA_FOIS: Final = 16
"""Webhooks told at once; the others wait their turn, a minute at most each."""
ARRET: Final = timedelta(seconds=5)
VEILLE_S: Final = 5.0
log = structlog.get_logger()


def construire(client: Client, services: Services, site: Site, source: str, envoi: Envoi) -> Worker:
    """Return the worker of the deliveries."""
    return Worker(
        client,
        task_queue=FILE,
        workflows=[LivraisonDeWebhook],
        activities=[Livreur(services, site.livraisons, source, envoi).livrer],
        activity_executor=ThreadPoolExecutor(A_LA_FOIS, thread_name_prefix=FILE),
        max_concurrent_activities=A_LA_FOIS,
        max_concurrent_workflow_task_polls=2,
        max_concurrent_activity_task_polls=1,
        workflow_runner=bac_a_sable(),
        graceful_shutdown_timeout=ARRET,
    )


async def demarrer(client: Client, site: Site) -> None:
    """Start the workflow of each webhook that lives; one that runs already goes on."""
    for webhook in await _vivants(site):
        await client.start_workflow(
            "LivraisonDeWebhook",
            webhook.id,
            id=f"webhook-{webhook.id}",
            task_queue=FILE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )


async def servir(
    client: Client, services: Services, site: Site, source: str, envoi: Envoi, arret: asyncio.Event
) -> None:
    """Deliver until `arret`; while there is no webhook, nothing is asked of Temporal."""
    while not await _vivants(site):
        await dormir(arret, VEILLE_S)
        if arret.is_set():
            return
    async with construire(client, services, site, source, envoi):
        while not arret.is_set():
            try:
                await demarrer(client, site)
            except RPCError as erreur:
                log.warning("webhook.demarrage", erreur=type(erreur).__name__)
            await dormir(arret, VEILLE_S)


async def _vivants(site: Site) -> list[Webhook]:
    return [webhook for webhook in await asyncio.to_thread(site.livraisons.tous) if webhook.revoque_le is None]
