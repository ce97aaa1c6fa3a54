"""The whole loop on a real Temporal server: dossiers per second, against an empty workflow doing as many calls.

A dossier is filed, the engine does what is due (accusé d’enregistrement, tiers), five pièces come, the applicant gives up: seven
wake-ups, each seen before the next command, as many dossiers in flight as asked. `Vide` is told and does as much, on
the same server and in the same worker, in turn. Server, worker, relay and commands: one process each, one machine.
"""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio.client import Client

from adapters.temporal import connecter
from adapters.temporal_local import demarrer_local
from bench.atelier import Atelier, atelier
from bench.dossiers import Dossiers
from bench.mesure import Ampleur, Mesure, machine, mediane
from bench.processus import lancer
from bench.temoin import PRET
from bench.vide import FILE_VIDE, Vide
from kernel.identifiants import workflow_id

PIECES = 5
"""As many wake-ups as the median dossier of the demo, and its one activity (docs/mesures.md)."""
REVEILS = 2 + PIECES
"""The dépôt, the pièces, the end."""
AUTOMATISMES = 2
"""Facts of the engine once a request is filed: the accusé d’enregistrement and the tiers, in one activity."""
ALTERNANCE = ("vide", "notre", "notre", "vide")
"""In each round: a machine that slows down or wakes up does it to both sides alike."""
REFERENCE = "workflow vide : autant de signaux, d’activités et de minuteries"
TACHE = "workflow_task_completed_event_attributes"
PAUSE_S = 0.1
"""On both sides, before the next wake-up: it must not meet the end of the task of the last one, which then costs the
server less. Short enough beside what a life lasts, so many being in flight, for the machine to stay busy."""
PATIENCE_S = 60.0


@dataclass
class EcouteUdp(asyncio.DatagramProtocol):
    """Hears what each workflow was answered: the version of a dossier, the rank of an empty call."""

    vus: Counter[str] = field(default_factory=Counter)
    _attentes: dict[str, tuple[int, "asyncio.Future[None]"]] = field(default_factory=dict)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Take note of an answer."""
        identifiant, _, rang = data.decode().partition(" ")
        self.vus[identifiant] = max(int(rang), self.vus[identifiant])
        attendu, promesse = self._attentes.get(identifiant, (0, None))
        if promesse is not None and not promesse.done() and int(rang) >= attendu:
            promesse.set_result(None)

    async def attendre(self, identifiant: str, rang: int) -> None:
        """Return once a workflow was answered that version, or rank, or a later one."""
        if identifiant not in self.vus or self.vus[identifiant] < rang:
            promesse = asyncio.get_running_loop().create_future()
            self._attentes[identifiant] = (rang, promesse)
            await asyncio.wait_for(promesse, PATIENCE_S)


@dataclass
class Banc:
    """Both sides, ready."""

    dossiers: Dossiers
    client: Client
    ecoute: EcouteUdp

    async def un_dossier(self) -> str:
        """Live the life of a dossier; return the id of its follow-up."""
        recu = await asyncio.to_thread(self.dossiers.deposer)
        suivi = workflow_id("dossier", recu.id)
        await self._voir(suivi, recu.version + AUTOMATISMES)
        for _ in range(PIECES):
            recu = await asyncio.to_thread(self.dossiers.recevoir, recu.id)
            await self._voir(suivi, recu.version)
        recu = await asyncio.to_thread(self.dossiers.retirer, recu.id)
        await self._voir(suivi, recu.version)
        return suivi

    async def un_vide(self) -> str:
        """Let an empty workflow live as much."""
        suivi = f"vide-{uuid4()}"
        poignee = await self.client.start_workflow(
            Vide.run, args=[1, REVEILS], id=suivi, task_queue=FILE_VIDE, start_signal="reveil", start_signal_args=[1]
        )
        await self._voir(suivi, 2)
        for reveil in range(2, REVEILS + 1):
            await poignee.signal(Vide.reveil, reveil)
            await self._voir(suivi, reveil + 1)
        return suivi

    async def _voir(self, suivi: str, rang: int) -> None:
        await self.ecoute.attendre(suivi, rang)
        await asyncio.sleep(PAUSE_S)

    async def compter(self, suivis: list[str]) -> Counter[str]:
        """Return how many events of each kind these histories have, once they are over."""
        evenements: Counter[str] = Counter()
        for suivi in suivis:
            poignee = self.client.get_workflow_handle(suivi)
            await asyncio.wait_for(poignee.result(), PATIENCE_S)
            evenements.update(str(e.WhichOneof("attributes")) for e in (await poignee.fetch_history()).events)
        return evenements


def boucle(ampleur: Ampleur) -> list[Mesure]:
    """Measure the loop and what it costs in events."""
    with tempfile.TemporaryDirectory(prefix="diligence-banc-") as nom:
        serveur = demarrer_local(Path(nom) / "temporal.db")
        try:
            with atelier(Path(nom)) as a:
                return asyncio.run(_mesurer(a, serveur.adresse, ampleur))
        finally:
            serveur.arreter()


async def _mesurer(a: Atelier, adresse: str, ampleur: Ampleur) -> list[Mesure]:
    depart = machine()
    nombre, en_vol = ampleur.choisir(200, 4), ampleur.choisir(50, 2)
    async with _ouvrir(a, adresse) as banc:
        cotes = {"notre": banc.un_dossier, "vide": banc.un_vide}
        debits: dict[str, list[float]] = {cote: [] for cote in cotes}
        vecus: dict[str, list[str]] = {}
        for vivre in cotes.values():
            await _vivre(vivre, en_vol, en_vol)
        for _ in range(ampleur.tours):
            durees = dict.fromkeys(cotes, 0.0)
            for cote in ALTERNANCE:
                debut = time.perf_counter()
                vecus[cote] = await _vivre(cotes[cote], nombre // 2, en_vol)
                durees[cote] += time.perf_counter() - debut
            for cote, duree in durees.items():
                debits[cote].append(nombre / duree)
        notre, vide = [await banc.compter(vecus[cote]) for cote in cotes]
    conditions = (
        f"{nombre} dossiers par tour, {en_vol} à la fois, {ampleur.tours} tours, {REVEILS} réveils, SQLite, "
        f"serveur Temporal, worker, relais et commandes sur la même machine ; {depart}"
    )
    return [
        Mesure(
            nom=f"boucle.{quoi}",
            valeur=valeur,
            unite=unite,
            reference=REFERENCE,
            valeur_reference=reference,
            conditions=conditions,
        )
        for quoi, valeur, unite, reference in (
            ("dossiers", mediane(debits["notre"]), "dossiers/s", mediane(debits["vide"])),
            ("evenements", notre.total() / len(vecus["notre"]), "événements", vide.total() / len(vecus["vide"])),
            ("taches", notre[TACHE] / len(vecus["notre"]), "tâches", vide[TACHE] / len(vecus["vide"])),
        )
    ]


@asynccontextmanager
async def _ouvrir(a: Atelier, adresse: str) -> AsyncIterator[Banc]:
    """Start the relay, and the worker that tells what it does."""
    a.reglages.temporal = adresse
    transport, ecoute = await asyncio.get_running_loop().create_datagram_endpoint(
        EcouteUdp, local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    try:
        with lancer(a.reglages, "cli.principal", "relais"), lancer(a.reglages, "bench.temoin", str(port)):
            await ecoute.attendre(PRET, 0)
            yield Banc(Dossiers(a.services.store, a.services.maintenant), await connecter(adresse), ecoute)
    finally:
        transport.close()


async def _vivre(vivre: Callable[[], Awaitable[str]], nombre: int, en_vol: int) -> list[str]:
    """Live that many lives, so many at once."""
    place = asyncio.Semaphore(en_vol)

    async def une() -> str:
        async with place:
            return await vivre()

    return list(await asyncio.gather(*(une() for _ in range(nombre))))
