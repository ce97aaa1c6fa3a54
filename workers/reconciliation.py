"""Reconciliation: the store against Temporal, and the safety net. A legal date never depends on Temporal alone."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from operator import itemgetter
from typing import Final
from uuid import UUID

import structlog
from eventsourcing.persistence import PersistenceError
from temporalio.service import RPCError

from application.automatisme import Ordre
from application.automatismes import executer
from application.consultations.attendu import Situation, situation, situations
from application.services import Services
from kernel.attentes import Du
from kernel.identifiants import workflow_id
from kernel.instants import Instant
from kernel.pannes import passer
from kernel.refus import Refus
from workers.rapport import FILET_S, Derive, Genre, Parquee, Rapport
from workers.reveil import Reveilleur, Suivis
from workers.vie import dormir, ensemble
from workflows.contrats import PARQUE, Diagnostic, Suivi
from workflows.suivis import SUIVIS

PERIODE_S: Final = 900.0
REPRISE_S: Final = 60.0
"""After a pass that failed."""
SEUIL_S: Final = 300.0
"""Differences younger than that are the ordinary delay of the relay and of Temporal's index."""
FILET: Final = "filet"

PARALLELES: Final = 16
"""As the relay: more calls at once only add latency."""
_MUET: Final = Diagnostic(0)
log = structlog.get_logger()


class Reconciliation:
    """Passes over the store. Kept between passes: it remembers since when things are due."""

    def __init__(self, services: Services, suivis: Suivis) -> None:
        self._services = services
        self._suivis = suivis
        self._reveilleur = Reveilleur(services, suivis)
        self._vus: dict[UUID, float] = {}
        self.dernier: tuple[Rapport, float] | None = None
        """What the last pass found, and when it ended (monotonic)."""

    async def passer(self, *, seuil_s: float = SEUIL_S, filet_s: float = FILET_S, reparer: bool = False) -> Rapport:
        """Compare, and with `reparer` wake what is behind and carry out what is overdue.

        Args:
            seuil_s: differences younger than this are left out; 0 finds everything.
            filet_s: automatismes due for longer than this are overdue, and executed when repairing.
            reparer: repair; otherwise only tell.
        """
        rapport = Rapport()
        en_cours = {identifiant: vue async for identifiant, vue in self._suivis.en_cours()}
        maintenant = await asyncio.to_thread(self._services.maintenant)
        repetition = self._services.store.enregistreur.est_repetition()
        instant = maintenant if repetition else None
        derives: list[tuple[Instant, Derive, Suivi | None]] = []
        en_retard: list[tuple[Situation, Du]] = []
        connus: set[str] = set()

        def parcourir() -> None:
            encore: dict[UUID, float] = {}
            for vue in situations(self._services.store):
                connus.add(workflow_id(vue.agregat, vue.id))
                rapport.ouverts += vue.ouvert
                if (derive := _suspecte(vue, en_cours, maintenant, seuil_s)) is not None:
                    d_abord = min((du.instant for du in vue.dus), default=maintenant)
                    derives.append((d_abord, derive, Suivi(vue.agregat, vue.id, vue.reveil, instant)))
                for du in vue.dus:
                    if du.instant <= maintenant and self._attend_depuis(vue, du, maintenant, encore) >= filet_s:
                        en_retard.append((vue, du))
            self._vus = encore

        await asyncio.to_thread(parcourir)
        rapport.suivis = len(en_cours)
        inconnus = [(maintenant, Derive(Genre.INCONNU, *_separer(w)), None) for w in en_cours if w not in connus]
        # what is due first is put right first: after the loss of Temporal there may be tens of thousands, and one that
        # knows nobody is not asked about each before it is told
        suspects = sorted([*derives, *inconnus], key=itemgetter(0))
        await self._confirmer_tout(suspects, rapport, reparer=reparer, oubli=reparer and not en_cours)
        rapport.parques.extend(await self.parques())
        rapport.en_retard = len(en_retard)
        if reparer:
            await asyncio.to_thread(self._tendre_le_filet, en_retard, rapport)
        self.dernier = rapport, time.monotonic()
        return rapport

    async def veiller(self, arret: asyncio.Event, *, d_abord: bool = False) -> None:
        """Pass and repair every period until `arret`; after an outage, sooner.

        With `d_abord` the first pass is made at once and leaves nothing out, for a Temporal that has forgotten all.
        """
        attente_s, seuil_s = (0.0, 0.0) if d_abord else (PERIODE_S, SEUIL_S)
        while not arret.is_set():
            await dormir(arret, attente_s)
            if arret.is_set():
                return
            attente_s = REPRISE_S
            try:
                rapport = await self.passer(seuil_s=seuil_s, reparer=True)
                attente_s, seuil_s = PERIODE_S, SEUIL_S
                derive, repares, filet = len(rapport.derive), rapport.repares, rapport.filet
                log.info("reconciliation.passee", derive=derive, repares=repares, filet=filet)
            except Exception:
                log.exception("reconciliation.interrompue")

    def _attend_depuis(self, vue: Situation, du: Du, maintenant: Instant, encore: dict[UUID, float]) -> float:
        """Return for how many real seconds the engine could have done it."""
        if not self._services.store.enregistreur.est_repetition():
            return (maintenant - vue.depuis(du)).total_seconds()
        cle = Ordre(vue.agregat, vue.id, du, maintenant, FILET).commande_id
        encore[cle] = self._vus.get(cle, time.monotonic())
        return time.monotonic() - encore[cle]

    async def _confirmer_tout(
        self, derives: Sequence[tuple[Instant, Derive, Suivi | None]], rapport: Rapport, *, reparer: bool, oubli: bool
    ) -> None:
        suite = iter(derives)

        async def ouvrier(_arret: asyncio.Event) -> None:
            for _, derive, suivi in suite:
                diagnostic = None if oubli else await self._demander(derive)
                await self._confirmer(derive, diagnostic, suivi, rapport, reparer=reparer)

        async with ensemble(*[ouvrier] * min(PARALLELES, len(derives)), fin_s=0) as taches:
            await asyncio.gather(*taches)

    async def _demander(self, derive: Derive) -> Diagnostic | None:
        """Ask the follow-up itself: Temporal's index is a little late, and `VersionVue` moves with the rest only."""
        try:
            return await self._suivis.diagnostiquer(f"{derive.agregat}-{derive.id}")
        except RPCError:  # it runs and does not answer: behind, as far as we know
            return None if derive.genre == Genre.SANS_SUIVI else _MUET

    async def _confirmer(
        self, derive: Derive, diagnostic: Diagnostic | None, suivi: Suivi | None, rapport: Rapport, *, reparer: bool
    ) -> None:
        """Keep a difference that holds against what the follow-up itself says, and with `reparer` put it right."""
        tient = diagnostic is not None
        vue = diagnostic.version if diagnostic is not None else derive.version_vue
        en_arriere = derive.genre == Genre.STORE_EN_ARRIERE and tient
        if en_arriere or (derive.genre == Genre.EN_RETARD and vue > derive.version):
            # read again: the aggregate may have moved since the pass saw it
            lue = (await asyncio.to_thread(situation, self._services.store, derive.agregat, UUID(derive.id))).version
            if max(vue, derive.version_vue) > lue:
                derive = replace(derive, genre=Genre.STORE_EN_ARRIERE, version=lue)
                vue, suivi = max(vue, derive.version_vue), None
        faux = {
            Genre.STORE_EN_ARRIERE: not tient or vue <= derive.version,
            Genre.SANS_SUIVI: tient,
            Genre.EN_RETARD: tient and vue >= derive.version,
            Genre.SANS_OBJET: not tient,
            Genre.INCONNU: not tient,
        }
        if faux[derive.genre]:
            return
        tenue = replace(derive, version_vue=vue)
        rapport.derive.append(tenue)
        log.warning(
            "reconciliation.derive",
            genre=tenue.genre,
            agregat=tenue.agregat,
            id=tenue.id,
            version=tenue.version,
            vue=tenue.version_vue,
        )
        if reparer and suivi is not None:
            await (self._suivis.demarrer if derive.genre == Genre.SANS_SUIVI else self._reveilleur.reveiller)(suivi)
            passer("reconcilier.apres_reparation")
            rapport.repares += 1

    async def parques(self) -> list[Parquee]:
        """Ask the follow-ups what they gave up trying."""
        parques: list[Parquee] = []
        async for identifiant, _ in self._suivis.en_cours(attend_de=PARQUE):
            agregat, id_ = _separer(identifiant)
            try:
                diagnostic = await self._suivis.diagnostiquer(identifiant)
            except RPCError:
                continue
            for parque in diagnostic.parques if diagnostic else ():
                parques.append(Parquee(agregat, id_, parque.du.automatisme, parque.refus))
        return parques

    def _tendre_le_filet(self, en_retard: list[tuple[Situation, Du]], rapport: Rapport) -> None:
        """Execute what is overdue by the same idempotent commands: whoever comes second finds it done."""
        for vue, du in en_retard:
            try:
                maintenant = self._services.maintenant()
                if du.instant > maintenant:  # judged by a clock that was ahead, and has been set right since
                    continue
                with structlog.contextvars.bound_contextvars(**_cause(vue, du)):
                    executer(Ordre(vue.agregat, vue.id, du, maintenant, FILET), self._services)
                    log.warning("filet.execute", agregat=vue.agregat, id=str(vue.id), automatisme=du.automatisme)
                rapport.filet += 1
            except Refus as refus:
                parquee = Parquee(vue.agregat, str(vue.id), du.automatisme, refus.code)
                if parquee not in rapport.parques:
                    rapport.parques.append(parquee)
            except PersistenceError:
                raise
            except Exception:  # ours to mend, and no reason to leave the others waiting
                log.exception("filet.echec", agregat=vue.agregat, id=str(vue.id), automatisme=du.automatisme)


def _suspecte(vue: Situation, en_cours: dict[str, int], maintenant: Instant, seuil_s: float) -> Derive | None:
    """Return the difference an aggregate seems to have, when it is old enough."""
    if vue.agregat not in SUIVIS or vue.illisible:
        return None
    vu = en_cours.get(workflow_id(vue.agregat, vue.id))
    if vu is None:
        genre = Genre.SANS_SUIVI if vue.dus else None
    elif vu > vue.version:
        return Derive(Genre.STORE_EN_ARRIERE, vue.agregat, str(vue.id), vue.version, vu)
    elif not vue.ouvert:
        genre = Genre.SANS_OBJET
    else:
        genre = Genre.EN_RETARD if vu < vue.reveil else None
    jeune = vue.reveil_le is not None and maintenant - vue.reveil_le < timedelta(seconds=seuil_s)
    if genre is None or jeune:
        return None
    return Derive(genre, vue.agregat, str(vue.id), vue.reveil, vu or 0)


def _cause(vue: Situation, du: Du) -> dict[str, str]:
    """Return the command that opened what is overdue, for the logs."""
    ouverture = next((i.entete for i in vue.inscriptions if i.entete.version == du.ouverte_par), None)
    return {} if ouverture is None else {"cause": str(ouverture.commande_id)}


def _separer(identifiant: str) -> tuple[str, str]:
    agregat, _, id_ = identifiant.partition("-")
    return agregat, id_
