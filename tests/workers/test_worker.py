"""How a worker is set: what a take-over fills must not stand before the wake-up of a living dossier."""

from pathlib import Path

import pytest
from temporalio.client import Client

from tests.moteur import ouvrir_store
from workers.relay import ARRIERE_MAX
from workers.worker import EN_VOL, construire


@pytest.mark.temporal
async def test_un_worker_laisse_au_serveur_ce_qui_attend(temporal_client: Client, tmp_path: Path) -> None:
    with ouvrir_store(tmp_path) as (services, _):
        prises = [
            worker.config().get("max_concurrent_workflow_tasks") for worker in construire(temporal_client, services)
        ]
    assert prises == [EN_VOL, EN_VOL]
    assert 2 <= EN_VOL < ARRIERE_MAX
