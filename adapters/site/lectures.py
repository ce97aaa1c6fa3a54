"""The journal of reads: who looked at what the coffre holds, when; kept for the time the service sets, then swept."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from eventsourcing.persistence import PersistenceError

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit
from application.site import LectureFaite, LectureNonJournalisee
from kernel.instants import Instant

_LECTURES: Final = sa.Table(
    "lectures",
    TABLES,
    sa.Column("rang", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("agent", sa.String, nullable=False, index=True),
    sa.Column("ref", sa.String, nullable=False, index=True),
    sa.Column("objet", sa.Uuid, nullable=False),
    sa.Column("quoi", sa.String, nullable=False),
    sa.Column("lu_le", InstantEcrit, nullable=False, index=True),
    sqlite_autoincrement=True,  # the rank of a swept row never comes back: it is a cursor
)


class LecturesDuSite:
    """Implements `application.site.JournalDesLectures`."""

    def __init__(self, base: BaseDuSite, conservation: timedelta) -> None:
        self._base, self._conservation = base, conservation

    def noter(self, agent: str, ref: str, objet: UUID, quoi: str) -> None:
        """Keep that an agent reads something, before it is shown; what is too old is swept on the way.

        Raises:
            LectureNonJournalisee: it could not be kept.
        """
        maintenant = self._base.maintenant()
        try:
            with self._base.ecrire() as connexion:
                connexion.execute(_LECTURES.delete().where(_LECTURES.c.lu_le <= maintenant - self._conservation))
                connexion.execute(
                    _LECTURES.insert().values(agent=agent, ref=ref, objet=objet, quoi=quoi, lu_le=maintenant)
                )
        except (sa.exc.SQLAlchemyError, PersistenceError) as erreur:
            raise LectureNonJournalisee from erreur

    def chercher(
        self,
        *,
        agent: str = "",
        ref: str = "",
        du: Instant | None = None,
        au: Instant | None = None,
        apres: int = 0,
        limite: int | None,
    ) -> list[LectureFaite]:
        """Return those of an agent, of something, between two instants (the last one left out), the last first."""
        depuis = self._base.maintenant() - self._conservation
        requete = sa.select(_LECTURES).where(_LECTURES.c.lu_le > (max(du, depuis) if du else depuis))
        if agent:
            requete = requete.where(_LECTURES.c.agent == agent)
        if ref:
            requete = requete.where(_LECTURES.c.ref == ref)
        if au is not None:
            requete = requete.where(_LECTURES.c.lu_le < au)
        if apres:
            requete = requete.where(_LECTURES.c.rang < apres)
        with self._base.lire() as connexion:
            lignes = connexion.execute(requete.order_by(_LECTURES.c.rang.desc()).limit(limite)).mappings()
            return [LectureFaite(**ligne) for ligne in lignes]
