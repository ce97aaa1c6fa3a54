"""The passes of the worker: each démarche in turn, again and again, and one that fails stops neither the others nor it."""

import asyncio
import time
from pathlib import Path

import pytest

from aggregates.dossier.teleservice import RecuDuTeleservice
from application.services import Services
from bootstrap.reglages import Reglages
from bootstrap.site import preparer
from tests.demarche_numerique import CORRESPONDANCE, JETON, serveur_dn, statut
from tests.moteur import ATTENTE_S, ouvrir_store
from workers.importateur import importer


async def jusqu_a(nombre: int, services: Services) -> None:
    fin = time.monotonic() + ATTENTE_S
    while len(services.store.enregistreur.ids_par_topic(RecuDuTeleservice.topic)) < nombre:
        assert time.monotonic() < fin, "still waiting"
        await asyncio.sleep(0.02)


async def test_chaque_demarche_est_lue_et_une_panne_n_arrete_rien(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("adapters.demarche_numerique.client.PAUSES_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr("workers.importateur.MINUTE_S", 0.05)
    bonne, absente, jeton = tmp_path / "bonne.yaml", tmp_path / "absente.yaml", tmp_path / "dn.jeton"
    bonne.write_text(CORRESPONDANCE, encoding="utf-8")
    jeton.write_text(JETON, encoding="ascii")
    with ouvrir_store(tmp_path) as (services, base), serveur_dn() as dn:
        preparer(base)
        reglages = Reglages(
            base=base,
            acteur="ines",
            dn_adresse=dn.adresse,
            dn_jeton=jeton,
            dn_correspondances=f"{absente}, {bonne}",
            dn_minutes=1,
        )
        dn.fautes = [statut(500)] * 4  # the whole first pass
        dn.deposer(1)
        arret = asyncio.Event()
        tache = asyncio.create_task(importer(reglages, services, arret))
        await jusqu_a(1, services)
        dn.deposer(2, "2026-01-13T09:00:00Z")
        await jusqu_a(2, services)
        arret.set()
        await asyncio.wait_for(tache, ATTENTE_S)
    assert JETON not in caplog.text


async def test_sans_correspondance_le_worker_ne_demande_rien(tmp_path: Path) -> None:
    with ouvrir_store(tmp_path) as (services, base):
        arret = asyncio.Event()
        tache = asyncio.create_task(importer(Reglages(base=base), services, arret))
        await asyncio.sleep(0)
        assert not tache.done()
        arret.set()
        await asyncio.wait_for(tache, ATTENTE_S)
