"""A living dossier's wake-up, from its commit to its follow-up, at rest and while thousands of new ones are taken over.

The new ones come in a lot, all at once, by the relay's slow lane; each has an instant to keep, so each is started.
Server, worker, relay and commands: one process each, one machine.
"""

import asyncio
import tempfile
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from adapters.temporal_local import demarrer_local
from application.commandes import Recu
from bench.atelier import Atelier, atelier
from bench.boucle import EcouteUdp
from bench.dossiers import Dossiers
from bench.mesure import Ampleur, Mesure, centile, machine
from bench.processus import lancer
from bench.semis import semer
from bench.temoin import PRET
from bench.vies import RECUE
from kernel.identifiants import workflow_id

REPRIS = 3_000
VIVANTS = 20
"""Living dossiers, woken one after the other."""
AU_REPOS = 100
"""Wake-ups before the take-over."""
RYTHME_S = 0.25
LOT = "reprise:banc"
PATIENCE_S = 900.0
AUTOMATISMES = 2
"""Facts of the engine once a request is filed."""


@dataclass
class Reveils:
    """What was seen of the living ones."""

    dossiers: Dossiers
    ecoute: EcouteUdp

    async def naitre(self) -> UUID:
        """File a request and wait until the engine has done its part."""
        recu = await asyncio.to_thread(self.dossiers.deposer)
        await self._vu(recu, recu.version + AUTOMATISMES)
        return recu.id

    async def reveiller(self, flux: UUID) -> float:
        """Send one command and wait until the follow-up knows; return how long it took from the commit, in seconds."""
        recu = await asyncio.to_thread(self.dossiers.recevoir, flux)
        debut = time.perf_counter()
        await self._vu(recu, recu.version)
        return time.perf_counter() - debut

    async def _vu(self, recu: Recu, version: int) -> None:
        await self.ecoute.attendre(workflow_id("dossier", recu.id), version)


def reveil(ampleur: Ampleur) -> list[Mesure]:
    """Measure both."""
    depart = machine()
    with tempfile.TemporaryDirectory(prefix="diligence-banc-") as nom:
        serveur = demarrer_local(Path(nom) / "temporal.db")
        try:
            with atelier(Path(nom)) as a:
                a.reglages.temporal = serveur.adresse
                repos, reprise, duree = asyncio.run(_mesurer(a, ampleur))
        finally:
            serveur.arreter()
    repris = ampleur.choisir(REPRIS, 8)
    conditions = (
        f"{len(reprise)} réveils pendant la reprise de {repris} dossiers, {len(repos)} au repos, SQLite, "
        f"serveur Temporal, worker, relais et commandes sur la même machine ; {depart}"
    )
    return [
        *(
            Mesure(
                nom=f"reveil.p{rang}",
                valeur=centile(reprise, rang),
                unite="s",
                reference="les mêmes dossiers, au repos",
                valeur_reference=centile(repos, rang),
                conditions=conditions,
            )
            for rang in (50, 95, 100)
        ),
        Mesure(nom="reveil.reprise", valeur=repris / duree, unite="suivis/s", conditions=conditions),
    ]


async def _mesurer(a: Atelier, ampleur: Ampleur) -> tuple[list[float], list[float], float]:
    transport, ecoute = await asyncio.get_running_loop().create_datagram_endpoint(
        EcouteUdp, local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    reveils = Reveils(Dossiers(a.services.store, a.services.maintenant), ecoute)
    try:
        with lancer(a.reglages, "cli.principal", "relais"), lancer(a.reglages, "bench.temoin", str(port)):
            await ecoute.attendre(PRET, 0)
            vivants = deque([await reveils.naitre() for _ in range(ampleur.choisir(VIVANTS, 2))])
            repos = [await _reveiller_un(reveils, vivants) for _ in range(ampleur.choisir(AU_REPOS, 4))]
            nombre = ampleur.choisir(REPRIS, 8)
            await asyncio.to_thread(semer, a.services, a.reglages.base, [RECUE] * nombre, lot=LOT)
            reprise, duree = await _pendant_la_reprise(a, reveils, vivants)
    finally:
        transport.close()
    return repos, reprise, duree


async def _pendant_la_reprise(a: Atelier, reveils: Reveils, vivants: deque[UUID]) -> tuple[list[float], float]:
    """Wake the living ones at a steady pace until the slow lane has delivered the lot; a late one delays no other."""
    enregistreur = a.services.store.enregistreur
    tete, debut, taches = enregistreur.derniere_position(), time.perf_counter(), list[asyncio.Task[float]]()
    while not taches or enregistreur.curseur("relais:lot") < tete:
        if time.perf_counter() - debut > PATIENCE_S:
            raise TimeoutError(f"the lot was not delivered in {PATIENCE_S:.0f} s")
        if vivants:
            taches.append(asyncio.create_task(_reveiller_un(reveils, vivants)))
        await asyncio.sleep(RYTHME_S)
    duree = time.perf_counter() - debut
    return list(await asyncio.gather(*taches)), duree


async def _reveiller_un(reveils: Reveils, vivants: deque[UUID]) -> float:
    """Wake the one that was left alone longest."""
    flux = vivants.popleft()
    duree = await reveils.reveiller(flux)
    vivants.append(flux)
    return duree
