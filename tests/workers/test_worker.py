"""How a worker is set: what a take-over fills must not stand before the wake-up of a living dossier."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.moteur import ouvrir_store
from workers.relais import ARRIERE_MAX
from workers.worker import CYCLES, EN_VOL, construire, servir


@pytest.fixture
def ramassage() -> Iterator[None]:
    avant = gc.get_threshold()
    yield
    gc.set_threshold(*avant)


@pytest.mark.temporal
async def test_un_worker_laisse_au_serveur_ce_qui_attend(temporal_client: Client, tmp_path: Path) -> None:
    with ouvrir_store(tmp_path) as (services, _):
        prises = [
            worker.config().get("max_concurrent_workflow_tasks") for worker in construire(temporal_client, services)
        ]
    assert prises == [EN_VOL, EN_VOL]
    assert 2 <= EN_VOL < ARRIERE_MAX


@pytest.mark.temporal
@pytest.mark.usefixtures("ramassage")
async def test_un_worker_rend_la_memoire_des_suivis_qui_le_quittent(temporal_client: Client, tmp_path: Path) -> None:
    gc.set_threshold(50_000, 20, 50)  # as the command line sets it
    arret = asyncio.Event()
    arret.set()
    with ouvrir_store(tmp_path) as (services, _):
        await servir(temporal_client, services, arret)
    assert gc.get_threshold() == CYCLES
