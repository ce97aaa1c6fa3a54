"""Read what an aggregate awaits, at least at the version the follow-up was told of."""

import structlog
from temporalio import activity

from activities.attendu import Lecteur
from workflows.contrats import Attendu, Lecture
from workflows.etapes import LIRE_ATTENTES

DIT_APRES = 6
"""Attempts: about ten seconds. A replica catches up before; an older copy never does."""
log = structlog.get_logger()


class StoreEnRetard(Exception):
    """The store answering is behind the one that told of the fact (a replica, or an older copy): ask again."""


class LireAttentes:
    """Built with what it reads."""

    def __init__(self, lecteur: Lecteur) -> None:
        self._lecteur = lecteur

    @activity.defn(name=LIRE_ATTENTES)
    def lire_attentes(self, lecture: Lecture) -> Attendu:
        """Return what is awaited; fails, to be retried, while the store is behind the version asked."""
        lu = self._lecteur.attendu(lecture.agregat, lecture.id, self._lecteur.juge_au(lecture.au))
        if lu.version < lecture.version:
            if activity.in_activity() and activity.info().attempt == DIT_APRES:
                log.error(
                    "lire_attentes.store_en_arriere",
                    agregat=lecture.agregat,
                    id=str(lecture.id),
                    version=lu.version,
                    vue=lecture.version,
                )
            raise StoreEnRetard(
                f"{lecture.agregat} {lecture.id}: version {lu.version}, {lecture.version} was announced"
            )
        return lu
