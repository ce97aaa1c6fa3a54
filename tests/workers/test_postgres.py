"""The whole loop on PostgreSQL: same behaviour as on SQLite."""

import asyncio
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.moteur import ATTENTE_S, attendre, ouvrir_moteur, relais_en_tete

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]


async def test_la_boucle_entiere_sur_postgresql(temporal_client: Client, postgres_url: str, tmp_path: Path) -> None:
    async with ouvrir_moteur(temporal_client, tmp_path, postgres=postgres_url) as moteur:
        arret = asyncio.Event()
        relais = asyncio.create_task(moteur.relais.servir(arret))
        depots = [moteur.deposer(), moteur.deposer(lot="lot-1")]
        for depot in depots:
            await attendre(lambda d=depot: asyncio.to_thread(moteur.topics, d.id), lambda t: "tiers_rattache" in t)  # type: ignore[misc]
        await attendre(lambda: asyncio.to_thread(relais_en_tete, moteur.services))
        arret.set()
        await asyncio.wait_for(relais, ATTENTE_S)
        assert (await moteur.reconciliation().passer(seuil_s=0, filet_s=0)).sain
        assert moteur.services.store.enregistreur.compter_par_pilote() == {"workflow": 2 * len(depots)}
