"""The relay: reads the facts after its positions and wakes the follow-ups of the aggregates they touched.

Two lanes on one log: `vif`, and `lot` for the facts whose entête names a lot, so that a campaign or a take-over never
makes a living dossier wait. What is stored is the end of the contiguous delivered prefix: a failure is sent again.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar, cast
from uuid import UUID

import structlog
from temporalio.service import RPCError

from application.consultations.attendu import reveille
from application.services import Services
from kernel.faits import Inscription
from kernel.identifiants import BAIL_DE_TEMPORAL, BAIL_DU_RELAIS
from kernel.instants import Instant
from kernel.pannes import passer
from kernel.temoins import StoreEnArriere, Temoin
from workers.reveil import Reveilleur, Suivis
from workers.vie import dormir, ensemble, tenir
from workers.voies import VOIES, nom_du_curseur, noter_recul
from workflows.contrats import Suivi
from workflows.suivis import SUIVI

TAILLE: Final = 500
PARALLELES: Final = 16
"""More starts at once only add latency."""
PARALLELES_LOT: Final = 4
"""In the slow lane: more than a worker can follow, and few enough for a living dossier's signal to pass between."""
BAIL_S: Final = 10.0
"""How long a dead relay keeps its place."""
ECOUTE_S: Final = 1.0
POSITION_S: Final = 0.1
"""How often the position is stored at most: what a killed relay tells again, and on SQLite each of these writes makes a
command of a person wait."""
LOT_S: Final = 0.1
"""How long the slow lane lets facts gather that are not its own: it reads all that the other one reads."""
REPOS_S: Final = (0.2, 10.0)
"""First and longest pause after a failure."""
ARRIERE_MAX: Final = 50
"""Workflow tasks waiting for a worker beyond which the slow lane pauses: the server must not starve the worker."""
CADENCE: Final = 100
PAUSE_CADENCE_S: Final = 0.1
PAUSES_MAX: Final = 100
"""Without any worker the backlog never falls: after ten seconds a hundred more starts go anyway."""

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(slots=True)
class ADire:
    """An aggregate to wake: its highest waking version and its command, the position of the first fact not yet told."""

    agregat: str
    id: UUID
    version: int
    premiere: int
    cause: UUID | None = None


@dataclass(slots=True)
class Voie:
    """A lane: what it has read, what it has stored, what it could not deliver yet."""

    nom: str
    lue: int = 0
    stockee: int = 0
    stockee_a: float = -POSITION_S
    a_dire: dict[UUID, ADire] = field(default_factory=dict)
    en_route: dict[UUID, "asyncio.Task[bool | RPCError]"] = field(default_factory=dict)
    """Those of `a_dire` that are being told: the living lane reads on meanwhile."""
    temoin: Temoin | None = None
    """What recognises the last fact read."""

    @property
    def lente(self) -> bool:
        return self.nom == "lot"

    @property
    def places(self) -> int:
        """Return how many may be told at once."""
        return PARALLELES_LOT if self.lente else PARALLELES

    @property
    def curseur(self) -> str:
        """Return the name of its position in the store."""
        return nom_du_curseur(self.nom)

    @property
    def livree(self) -> int:
        """Return the end of the contiguous delivered prefix."""
        return min((dire.premiere for dire in self.a_dire.values()), default=self.lue + 1) - 1

    def prend(self, inscription: Inscription) -> bool:
        """Tell whether a fact goes by this lane."""
        return (inscription.entete.lot is not None) == self.lente

    def oublier(self) -> None:
        """Tell no more what was to be told: it is read again from the stored position."""
        for tache in self.en_route.values():
            tache.cancel()
        self.en_route.clear()
        self.a_dire.clear()

    def noter(self, inscription: Inscription) -> None:
        """Keep the highest version of an aggregate to wake, and its first position."""
        entete, position = inscription.entete, cast(int, inscription.position)
        if (dire := self.a_dire.get(entete.id)) is None:
            self.a_dire[entete.id] = ADire(entete.agregat, entete.id, entete.version, position, entete.commande_id)
        elif entete.version > dire.version:
            dire.version, dire.cause = entete.version, entete.commande_id


class Relais:
    """One relay; several may run, one at a time is active (a lease)."""

    def __init__(self, services: Services, suivis: Suivis, *, porteur: str = "relais", taille: int = TAILLE) -> None:
        self._services = services
        self._store = services.store
        self._suivis = suivis
        self._porteur = porteur
        self._taille = taille
        # its own threads: two wait for facts all the time, and must not starve those of the web
        self._fils = ThreadPoolExecutor(4, thread_name_prefix="relais")
        self._reveilleur = Reveilleur(services, suivis, self._fils)
        self.voies = {nom: Voie(nom) for nom in VOIES}
        self._repris = False
        self._place, self._rendue = threading.Lock(), False

    async def un_tour(self) -> int:
        """Deliver what both lanes have not, once, without lease nor pace; return how many follow-ups were told.

        Deterministic, for tests and for whoever drives the engine step by step. What fails stays to be told.
        """
        if not self._repris:
            await self._reprendre()
        dits = 0
        for voie in self.voies.values():
            while (tour := await self._pas(voie)).lus:
                dits += tour.dits
            dits += tour.dits
        return dits

    async def servir(self, arret: asyncio.Event) -> None:
        """Relay until `arret`; outlive the loss of the database and of Temporal."""
        repos, self._rendue = REPOS_S[0], False
        try:
            while not arret.is_set():
                try:
                    if await self._fil(self._tenir):
                        await self._reprendre()
                        repos = REPOS_S[0]
                        await self._actif(arret)
                    else:
                        await dormir(arret, BAIL_S / 4)
                except Exception:
                    log.exception("relais.interrompu", reprise_dans_s=repos)
                    await dormir(arret, repos)
                    repos = min(2 * repos, REPOS_S[1])
        finally:
            with suppress(Exception):
                await self._fil(self._rendre)
            self._fils.shutdown(wait=False, cancel_futures=True)

    async def _actif(self, arret: asyncio.Event) -> None:
        """Run both lanes while the lease is ours; the first error or the end of the lease ends them all."""
        lignes = (partial(self._suivre, voie) for voie in self.voies.values())
        async with ensemble(self._tenir_le_bail, self._ecouter_temporal, *lignes, fin_s=0) as taches:
            await tenir(arret, taches)

    async def _tenir_le_bail(self, arret: asyncio.Event) -> None:
        while not arret.is_set():
            await dormir(arret, BAIL_S / 3)
            if not await self._fil(self._tenir):
                return

    async def _ecouter_temporal(self, arret: asyncio.Event) -> None:
        """Keep saying that Temporal answers while it does: facts may be rare, and reminders late without any."""
        while not arret.is_set():
            with suppress(RPCError, TimeoutError):
                async with asyncio.timeout(BAIL_S / 3):
                    await self._suivis.en_attente(SUIVI)
                await self._fil(self._store.enregistreur.prendre_bail, BAIL_DE_TEMPORAL, self._porteur, BAIL_S)
            await dormir(arret, BAIL_S / 3)

    def _tenir(self) -> bool:
        """Take or renew the lease; never once it was given back, though a thread may still be on its way to do it."""
        with self._place:
            return not self._rendue and self._store.enregistreur.prendre_bail(BAIL_DU_RELAIS, self._porteur, BAIL_S)

    def _rendre(self) -> None:
        with self._place:
            self._rendue = True
            self._store.enregistreur.prendre_bail(BAIL_DU_RELAIS, self._porteur, 0)

    async def _suivre(self, voie: Voie, arret: asyncio.Event) -> None:
        repos, attente_s = REPOS_S[0], 0.0
        try:
            while not arret.is_set():
                tour = await self._pas(voie, attente_s)
                if tour.echecs:
                    await dormir(arret, repos)
                    repos, attente_s = min(2 * repos, REPOS_S[1]), 0.0
                    continue
                # a short wait, in a thread that nothing interrupts: it is also how long stopping takes
                a_ranger = voie.en_route or voie.livree > voie.stockee
                repos, attente_s = REPOS_S[0], POSITION_S if a_ranger else ECOUTE_S
                if voie.lente and tour.lus and not tour.dits:
                    await dormir(arret, LOT_S)
        finally:
            voie.oublier()

    async def _reprendre(self) -> None:
        """Start again from the stored positions: another relay may have moved them."""
        await self._fil(self._chercher_les_temoins)
        for voie in self.voies.values():
            voie.stockee = await self._fil(lambda nom=voie.curseur: self._store.enregistreur.curseur(nom))
            voie.lue = min(voie.stockee, await self._fil(self._tete))
            if voie.lue < voie.stockee:
                log.error("relais.store_en_arriere", voie=voie.nom, curseur=voie.stockee, tete=voie.lue)
            voie.oublier()
        self._repris = True

    def _chercher_les_temoins(self) -> None:
        """Note and say that the store holds no more what was read of it, before it is read again."""
        enregistreur = self._store.enregistreur
        for voie in self.voies.values():
            if voie.temoin is not None and not voie.temoin.ouvre(self._store.lire_depuis(voie.temoin.position - 1, 1)):
                noter_recul(enregistreur, voie.nom, voie.temoin.position)
                log.error("relais.store_en_arriere", voie=voie.nom, lue=voie.temoin.position, tete=self._tete())
            voie.temoin = None

    def _tete(self) -> int:
        return self._store.enregistreur.derniere_position()

    async def _pas(self, voie: Voie, attente_s: float | None = None) -> "Tour":
        """Read one batch, tell, store the end of the delivered prefix; failures go on waiting beside what follows.

        With `attente_s` it waits for a fact that long, at its own pace; without, it does at once all there is to do.
        """
        lus = await self._fil(lambda: self._lire(voie, attente_s or 0.0))
        for inscription in lus:  # here, not in the thread that read: what is being told meanwhile is looked at here too
            if voie.prend(inscription) and reveille(inscription):
                voie.noter(inscription)
        if not lus and not voie.a_dire and not voie.en_route and voie.livree <= voie.stockee:
            return Tour()
        instant = await self._fil(self._services.maintenant) if self._store.enregistreur.est_repetition() else None
        rendus = await self._rendus(voie, len(voie.en_route) + 1)
        for rang, a in enumerate([a for a in voie.a_dire.values() if a.id not in voie.en_route]):
            if rang and rang % CADENCE == 0 and voie.lente and attente_s is not None:
                await self._laisser_souffler()
            rendus += await self._rendus(voie, voie.places)
            voie.en_route[a.id] = asyncio.create_task(self._dire(voie, a, instant))
        if voie.lente or attente_s is None:
            rendus += await self._rendus(voie, 1)
        echecs = [rendu for rendu in rendus if isinstance(rendu, RPCError)]
        if echecs:
            log.warning("relais.echec", voie=voie.nom, echecs=len(echecs), statut=echecs[0].status.name)
        livree = voie.livree
        if livree > voie.stockee and (attente_s is None or time.monotonic() >= voie.stockee_a + POSITION_S):
            await self._fil(self._store.enregistreur.avancer_curseur, voie.curseur, livree)
            voie.stockee, voie.stockee_a = livree, time.monotonic()
        return Tour(len(lus), rendus.count(True), len(echecs))

    def _lire(self, voie: Voie, attente_s: float) -> list[Inscription]:
        if attente_s:
            self._store.enregistreur.attendre(voie.lue, attente_s)
        vu = voie.temoin
        if vu is None:
            lus = self._store.lire_depuis(voie.lue, self._taille)
        else:
            lus = self._store.lire_depuis(vu.position - 1, self._taille + 1)
            if not vu.ouvre(lus):
                raise StoreEnArriere(vu.position)
            lus = lus[1:]
        if lus:
            voie.lue, voie.temoin = cast(int, lus[-1].position), Temoin.de(lus[-1])
        return lus

    async def _rendus(self, voie: Voie, moins_de: int) -> list[bool | RPCError]:
        """Wait until fewer than that many are being told; return what came of those that are not any more."""
        rendus: list[bool | RPCError] = []
        while True:
            for id_ in [id_ for id_, tache in voie.en_route.items() if tache.done()]:
                rendus.append(voie.en_route.pop(id_).result())
            if len(voie.en_route) < moins_de:
                return rendus
            await asyncio.wait(voie.en_route.values(), return_when=asyncio.FIRST_COMPLETED)

    async def _dire(self, voie: Voie, a: ADire, instant: Instant | None) -> bool | RPCError:
        """Wake one follow-up, again if it was to be told more meanwhile; return whether it runs, or the failure."""
        while True:
            version = a.version
            try:
                # goes into Temporal's headers
                with structlog.contextvars.bound_contextvars(cause=str(a.cause or "")):
                    reveille = await self._reveilleur.reveiller(Suivi(a.agregat, a.id, version, instant))
            except RPCError as erreur:
                return erreur
            if reveille:
                passer("relais.apres_signal")
            if a.version == version:
                del voie.a_dire[a.id]
                return reveille

    async def _laisser_souffler(self) -> None:
        """Wait until the worker has nearly caught up with what this lane started."""
        for _ in range(PAUSES_MAX):
            try:
                if await self._suivis.en_attente(SUIVI) <= ARRIERE_MAX:
                    return
            except RPCError:
                return
            await asyncio.sleep(PAUSE_CADENCE_S)

    async def _fil(self, appel: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._fils, appel, *args)


@dataclass(frozen=True, slots=True)
class Tour:
    """What one pass did: facts read, follow-ups told, failures."""

    lus: int = 0
    dits: int = 0
    echecs: int = 0
