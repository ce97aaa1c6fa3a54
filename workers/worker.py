"""The workers: they run the follow-ups and their two steps, on the task queues `suivi` and `paiement`."""

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Final

from temporalio.client import Client
from temporalio.worker import Worker

from activities.executer import Executer
from activities.lire_attentes import LireAttentes
from application.services import Services
from workers.bac_a_sable import bac_a_sable
from workflows.suivi import Suiveur
from workflows.suivis import FILES

FILS: Final = 8
"""Threads of one task queue: as many activities at once, each of a few milliseconds."""
SONDES: Final = 2
"""Calls that wait for an activity. Each holds a place, and a step is handed over with the task that asks for it only
while a place is free: otherwise it costs the server and the worker one call more."""
EN_CACHE: Final = 1000
"""Follow-ups kept in memory: beyond, 150 kB each for 20 ms saved once."""
EN_VOL: Final = 10
"""Workflow tasks taken from the server at once. What waits, waits there, where the wake-up of a follow-up in memory
has a queue of its own; taken by the hundred, those of a take-over would make it wait behind them here."""
COLLANTE: Final = timedelta(seconds=5)
"""How long a task waits for the worker that has its follow-up in memory: what a dead one costs."""
CYCLES: Final = (700, 10, 10)
"""How often cycles are looked for, Python's own pace: a follow-up that leaves the memory is one, of 150 kB. At the pace
that suits the reading of facts, thousands of them waited to be freed."""
ARRET: Final = timedelta(seconds=20)
"""What a step under way is given to end, four times what it may last; the process itself has 30 s."""


def construire(client: Client, services: Services) -> list[Worker]:
    """Return one worker per task queue; run them with `async with`."""
    lecteur = LireAttentes(services)
    return [
        Worker(
            client,
            task_queue=task_queue,
            workflows=[Suiveur],
            activities=[lecteur.lire_attentes, Executer(lecteur).executer],
            activity_executor=ThreadPoolExecutor(2 * FILS, thread_name_prefix=task_queue),
            max_concurrent_workflow_tasks=EN_VOL,
            max_concurrent_activities=FILS,
            max_concurrent_activity_task_polls=SONDES,
            max_concurrent_local_activities=FILS,
            workflow_runner=bac_a_sable(),
            max_cached_workflows=EN_CACHE,
            sticky_queue_schedule_to_start_timeout=COLLANTE,
            graceful_shutdown_timeout=ARRET,
        )
        for task_queue in FILES
    ]


async def servir(client: Client, services: Services, arret: asyncio.Event) -> None:
    """Run the workers until `arret`, then let what is under way end."""
    gc.set_threshold(*CYCLES)
    async with AsyncExitStack() as pile:
        for worker in construire(client, services):
            await pile.enter_async_context(worker)
        await arret.wait()
