"""Every process of the engine in one: a laptop, the demo, a small service. Stops in order: web, relay, worker, server."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from temporalio.client import Client

from application.services import Services
from bootstrap.lectures import Lectures
from bootstrap.settings import Reglages
from bootstrap.temporal import ServeurLocal, SuivisTemporal, connecter, declarer_attributs, demarrer_local
from workers import worker
from workers.projector import Projecteur
from workers.reconciliation import Reconciliation
from workers.relay import Relais

VEILLE_S: Final = 0.5
log = structlog.get_logger()


class TemporalArrete(Exception):
    """The local server ended by itself: this process is no engine any more; what supervises it starts it again."""


@dataclass
class Moteur:
    """The engine, running in this process."""

    services: Services
    lectures: Lectures
    client: Client
    suivis: SuivisTemporal
    relais: Relais
    reconciliation: Reconciliation
    adresse: str
    arret: asyncio.Event
    taches: list["asyncio.Task[None]"]

    async def tenir(self) -> None:
        """Return when asked to stop, or raise what made a part of the engine stop by itself."""
        arret = asyncio.create_task(self.arret.wait())
        finies, _ = await asyncio.wait([arret, *self.taches], return_when=asyncio.FIRST_COMPLETED)
        arret.cancel()
        for tache in finies - {arret}:
            tache.result()


def temporal_local(reglages: Reglages, fichier: Path | None, journal: Path | None = None) -> ServeurLocal | None:
    """Start a local server unless an address is set; call it from the main thread (the server dies with it)."""
    return None if reglages.temporal else demarrer_local(fichier, journal)


async def _veiller_sur(serveur: ServeurLocal) -> None:
    while serveur.vit:
        await asyncio.sleep(VEILLE_S)
    log.error("temporal.arrete", code=serveur.processus.returncode)
    raise TemporalArrete(f"Le serveur Temporal local s’est arrêté ; son journal est {serveur.journal}.")


@asynccontextmanager
async def moteur(
    reglages: Reglages,
    services: Services,
    lectures: Lectures,
    serveur: ServeurLocal | None,
    arret: asyncio.Event,
    *,
    mesure: bool = False,
) -> AsyncIterator[Moteur]:
    """Run worker, relay, projector and reconciliation until `arret` or the end of the block; `mesure`: see `connecter`.

    With a server of ours (else the settings say where it is), its end is ours; one that knows no history is told all.
    """
    adresse = serveur.adresse if serveur else str(reglages.temporal)
    client = await connecter(adresse, reglages.temporal_namespace, mesure=mesure)
    await declarer_attributs(client)
    suivis = SuivisTemporal(client)
    relais = Relais(services, suivis, porteur=f"{socket.gethostname()}-{os.getpid()}")
    reconciliation = Reconciliation(services, suivis)
    arret_worker = asyncio.Event()
    travail = asyncio.create_task(worker.servir(client, services, arret_worker))
    boucles: list[Coroutine[Any, Any, None]] = [
        relais.servir(arret),
        Projecteur(lectures).servir(arret),
        reconciliation.veiller(arret, d_abord=serveur is not None and serveur.sans_memoire),
    ]
    taches = [asyncio.create_task(boucle) for boucle in boucles]
    veilles = [asyncio.create_task(_veiller_sur(serveur))] if serveur is not None else []
    vies = [travail, *taches, *veilles]
    try:
        yield Moteur(services, lectures, client, suivis, relais, reconciliation, adresse, arret, vies)
    finally:
        arret.set()
        for veille in veilles:
            veille.cancel()
        await asyncio.gather(*taches, return_exceptions=True)
        arret_worker.set()
        await asyncio.gather(travail, return_exceptions=True)


def arreter_au_signal(arret: asyncio.Event) -> None:
    """Let Ctrl-C and SIGTERM ask for a stop in order."""
    boucle = asyncio.get_running_loop()
    for numero in (signal.SIGINT, signal.SIGTERM):
        boucle.add_signal_handler(numero, arret.set)
