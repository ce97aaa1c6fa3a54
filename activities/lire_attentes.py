"""Read what an aggregate awaits, at least at the version the follow-up was told of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from application.consultations.attendu import Situation, dispositif_de_campagne, situation
from application.patience import patience
from application.services import Services
from kernel.attentes import Du, Role, instants
from kernel.illisible import FaitIllisible
from kernel.instants import Instant
from workflows.contrats import Attendu, DuEnAttente, Lecture
from workflows.etapes import LECTURE_AU_PLUS, LIRE_ATTENTES

DIT_APRES = 6
"""Attempts: about ten seconds. A replica catches up before; an older copy never does."""
MARGE: Final = timedelta(seconds=1)
"""A step gives up that long before its time-out: nothing is ever raised in its thread (`no_thread_cancel_exception`),
where it could leave a lock or a transaction behind, and it must not still wait when it is done again."""
RELECTURE: Final = timedelta(minutes=5)
log = structlog.get_logger()


@contextmanager
def relue_plus_tard() -> Iterator[None]:
    """Try again much later what needs a fact that cannot be read: never parked, a newer program goes on by itself."""
    try:
        yield
    except FaitIllisible as refus:
        raise ApplicationError(refus.code, type=refus.code, next_retry_delay=RELECTURE) from None


class StoreEnRetard(Exception):
    """The store answering is behind the one that told of the fact (a replica, or an older copy): ask again."""


class LireAttentes:
    """Turns what an aggregate awaits into the message its follow-up understands; shared by the threads of a worker."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._dispositifs: dict[str, str | None] = {}

    @activity.defn(name=LIRE_ATTENTES, no_thread_cancel_exception=True)
    def lire_attentes(self, lecture: Lecture) -> Attendu:
        """Return what is awaited; fails, to be retried, while the store is behind the version asked."""
        with patience((LECTURE_AU_PLUS - MARGE).total_seconds()), relue_plus_tard():
            return self._lire(lecture)

    def _lire(self, lecture: Lecture) -> Attendu:
        au, vue = self.juge_au(lecture.au), situation(self.services.store, lecture.agregat, lecture.id)
        if vue.version < lecture.version:
            if activity.in_activity() and activity.info().attempt == DIT_APRES:
                log.error(
                    "lire_attentes.store_en_arriere",
                    agregat=lecture.agregat,
                    id=str(lecture.id),
                    version=vue.version,
                    vue=lecture.version,
                )
            raise StoreEnRetard(
                f"{lecture.agregat} {lecture.id}: version {vue.version}, {lecture.version} was announced"
            )
        return self._message(vue, au)

    def juge_au(self, au: Instant) -> Instant:
        """Return the instant at which what is due is judged: the one carried, or the own clock of a rehearsal store."""
        return self.services.maintenant() if self.services.store.enregistreur.est_repetition() else au

    def attendu_et_reactions(
        self, agregat: str, identifiant: UUID, au: Instant
    ) -> tuple[Attendu, frozenset[DuEnAttente]]:
        """Return also what is due because of what was just written: never a deadline, whatever the store's clock says.

        `au` is only carried back: what is due is a filter on it.
        """
        vue = situation(self.services.store, agregat, identifiant)
        maintenant = self.services.maintenant()
        reactions = (a for a in vue.attentes if a.de is Role.SYSTEME and a.echeance == a.depuis)
        return self._message(vue, au), frozenset(
            _en_attente(du) for attente in reactions for du in instants(attente) if du.instant <= maintenant
        )

    def _message(self, vue: Situation, au: Instant) -> Attendu:
        return Attendu(
            version=vue.version,
            ouvert=vue.ouvert,
            au=au,
            dus=tuple(_en_attente(du) for du in vue.dus),
            details=vue.details,
            etape=vue.etape,
            dispositif=self._dispositif(vue),
            attend_de=vue.attend_de,
            repetition=self.services.store.enregistreur.est_repetition(),
        )

    def _dispositif(self, vue: Situation) -> str | None:
        if vue.dispositif is not None or vue.campagne is None:
            return vue.dispositif
        if self._dispositifs.get(vue.campagne) is None:  # a campagne never changes dispositif: asked once
            self._dispositifs[vue.campagne] = dispositif_de_campagne(self.services.store, vue.campagne)
        return self._dispositifs[vue.campagne]


def _en_attente(du: Du) -> DuEnAttente:
    return DuEnAttente(du.instant, du.automatisme, du.code, du.objet, du.ouverte_par)
