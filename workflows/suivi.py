"""The one loop: a clock and a to-do list. It holds no truth and can be restarted from the store at any moment.

Costs (measured, docs/mesures.md): one workflow task and five events per wake-up; three more and one task when it acts.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RawValue, SearchAttributeUpdate
from temporalio.exceptions import ActivityError, ApplicationError

from workflows import etapes
from workflows.contrats import (
    ATTEND_DE,
    DISPOSITIF,
    ETAPE,
    PARQUE,
    PROCHAINE_ECHEANCE,
    VERSION_VUE,
    Attendu,
    Diagnostic,
    DuEnAttente,
    Execution,
    Lecture,
    Parque,
    Suivi,
)

ESSAIS: Final = 2
"""Refused or without effect that many times at one version, a command is parked until the version moves."""
MINUTERIE_AU_MOINS: Final = timedelta(milliseconds=1)
"""A timer may fire a hair early: it is armed again, never for nothing."""
SANS_EFFET: Final = "sans_effet"


@workflow.defn(dynamic=True)
class Suiveur:
    """Follows one aggregate, under whatever name it was started: `suivis` gives each kind its own."""

    def __init__(self) -> None:
        self.connue = 0
        self.horloge: datetime | None = None
        self.attendu: Attendu | None = None
        self._essais: dict[DuEnAttente, tuple[int, str]] = {}
        self._minuterie: asyncio.Task[None] | None = None
        self._pour: datetime | None = None
        self._montre: tuple[Any, ...] = ()

    @workflow.signal(name="reveil")
    def reveil(self, version: int, instant: datetime | None = None) -> None:
        """Learn that the aggregate reached a version, and in a rehearsal that its clock reached an instant."""
        self.connue = max(self.connue, version)
        if instant is not None:
            self.horloge = instant if self.horloge is None else max(self.horloge, instant)

    @workflow.query(name="diagnostic")
    def diagnostic(self) -> Diagnostic:
        """Tell which version was seen and which commands are parked: exact when the search attributes lag."""
        return Diagnostic(0 if self.attendu is None else self.attendu.version, self._parques())

    @workflow.run
    async def run(self, arguments: Sequence[RawValue]) -> None:
        """Follow the one aggregate of `arguments`: a dynamic workflow is given them as they were sent."""
        (suivi,) = arguments
        await self.suivre(workflow.payload_converter().from_payload(suivi.payload, Suivi))

    async def suivre(self, suivi: Suivi) -> None:
        """Read, do what is due, wait for the next instant or the next wake-up, until nothing is awaited."""
        self.reveil(suivi.version, suivi.instant)
        attendu = await self._lire(suivi)
        while True:
            if self.connue > attendu.version:
                attendu = await self._lire(suivi)
            elif a_faire := self._a_faire(attendu):
                attendu = await self._executer(suivi, attendu, a_faire)
            elif not attendu.ouvert:
                return
            else:
                self._montrer(attendu)
                if workflow.info().is_continue_as_new_suggested():
                    workflow.continue_as_new(Suivi(suivi.agregat, suivi.id, self.connue, self.horloge))
                await self._attendre(attendu)

    async def _lire(self, suivi: Suivi) -> Attendu:
        lecture = Lecture(suivi.agregat, suivi.id, self.connue, workflow.now())
        return self._retenir(await etapes.lire_attentes(lecture))

    async def _executer(self, suivi: Suivi, avant: Attendu, a_faire: tuple[DuEnAttente, ...]) -> Attendu:
        parques = tuple(parque.du for parque in self._parques())
        execution = Execution(suivi.agregat, suivi.id, a_faire, self._maintenant(avant), parques)
        try:
            apres = self._retenir(await etapes.executer(execution))
        except ActivityError as erreur:
            if not isinstance(erreur.cause, ApplicationError):
                raise
            self._compter(a_faire[0], erreur.cause.type or SANS_EFFET)
            return await self._lire(suivi)
        if apres.version == avant.version:
            for du in a_faire:
                self._compter(du, SANS_EFFET)
        return apres

    def _retenir(self, attendu: Attendu) -> Attendu:
        if self.attendu is None or attendu.version != self.attendu.version:
            self._essais.clear()
        self.attendu = attendu
        return attendu

    def _maintenant(self, attendu: Attendu) -> datetime:
        """Return the instant at which what is due is judged: the workflow's clock, or the rehearsal's."""
        if not attendu.repetition:
            return workflow.now()
        return attendu.au if self.horloge is None else max(attendu.au, self.horloge)

    def _a_faire(self, attendu: Attendu) -> tuple[DuEnAttente, ...]:
        maintenant = self._maintenant(attendu)
        return tuple(du for du in attendu.dus if du.instant <= maintenant and self._essais.get(du, (0, ""))[0] < ESSAIS)

    def _compter(self, du: DuEnAttente, refus: str) -> None:
        self._essais[du] = (self._essais.get(du, (0, ""))[0] + 1, refus)

    def _parques(self) -> tuple[Parque, ...]:
        return tuple(Parque(du, refus) for du, (essais, refus) in sorted(self._essais.items()) if essais >= ESSAIS)

    async def _attendre(self, attendu: Attendu) -> None:
        if attendu.repetition:  # its clock only moves by a wake-up: no timer
            await workflow.wait_condition(lambda: self.connue > attendu.version or bool(self._a_faire(attendu)))
        else:
            self._armer(attendu.prochaine(workflow.now()))
            await workflow.wait_condition(lambda: self.connue > attendu.version or self._sonne())

    def _armer(self, prochaine: datetime | None) -> None:
        """Keep the timer while its date does not move: it saves two events per wake-up."""
        if prochaine == self._pour and not self._sonne():
            return
        if self._minuterie is not None:
            self._minuterie.cancel()
        self._pour, self._minuterie = prochaine, None
        if prochaine is not None:
            duree = max(prochaine - workflow.now(), MINUTERIE_AU_MOINS)
            self._minuterie = asyncio.create_task(workflow.sleep(duree))

    def _sonne(self) -> bool:
        return self._minuterie is not None and self._minuterie.done()

    def _montrer(self, attendu: Attendu) -> None:
        """Say what is awaited to whoever looks at Temporal; an upsert is an event: none when only the version moved."""
        parques = self._parques()
        phrases = [
            attendu.details,
            *(f"Parqué : {p.du.automatisme} ({p.refus}), sans effet à la version {attendu.version}." for p in parques),
        ]
        workflow.set_current_details("\n".join(phrases))
        attend_de = (*attendu.attend_de, *((PARQUE,) if parques else ()))
        prochaine = attendu.prochaine(self._maintenant(attendu))
        montre = (attendu.etape, attendu.dispositif, attend_de, prochaine)
        if montre == self._montre:
            return
        self._montre = montre
        mises_a_jour: list[SearchAttributeUpdate[Any]] = [
            VERSION_VUE.value_set(attendu.version),
            ATTEND_DE.value_set(list(attend_de)),
        ]
        for cle, valeur in ((ETAPE, attendu.etape), (DISPOSITIF, attendu.dispositif), (PROCHAINE_ECHEANCE, prochaine)):
            mises_a_jour.append(cle.value_unset() if valeur is None else cle.value_set(valeur))  # type: ignore[arg-type]
        workflow.upsert_search_attributes(mises_a_jour)
