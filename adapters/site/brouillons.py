"""Drafts: what a person typed and could not send, sealed by the coffre, for a day."""

from uuid import UUID, uuid4

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit, id_de_l_agent
from application.travail import DUREE_DE_BROUILLON

_BROUILLONS = sa.Table(
    "brouillons",
    TABLES,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agent", sa.String, nullable=False),
    sa.Column("corps", sa.LargeBinary, nullable=False),
    sa.Column("expire_le", InstantEcrit, nullable=False, index=True),
)


class BrouillonsDuSite:
    """Implements `application.site.Brouillons`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def garder(self, agent: str, corps: str) -> UUID:
        """Keep what an agent typed; return its id. Those of more than a day are swept on the way."""
        brouillon, maintenant = uuid4(), self._base.maintenant()
        scelle = self._base.sceller(id_de_l_agent(agent), "brouillon", corps)
        with self._base.ecrire() as connexion:
            connexion.execute(_BROUILLONS.delete().where(_BROUILLONS.c.expire_le <= maintenant))
            expire_le = maintenant + DUREE_DE_BROUILLON
            connexion.execute(_BROUILLONS.insert().values(id=brouillon, agent=agent, corps=scelle, expire_le=expire_le))
        return brouillon

    def lire(self, agent: str, brouillon: UUID) -> str | None:
        """Return what that agent typed; None when it is another's, too old, or of somebody forgotten."""
        sien = sa.select(_BROUILLONS.c.corps).where(*self._sien(agent, brouillon))
        with self._base.lire() as connexion:
            scelle = connexion.scalar(sien.where(_BROUILLONS.c.expire_le > self._base.maintenant()))
        return None if scelle is None else self._base.desceller_si_connu(id_de_l_agent(agent), "brouillon", scelle)

    def oublier(self, agent: str, brouillon: UUID) -> None:
        """Let it go: it was sent."""
        with self._base.ecrire() as connexion:
            connexion.execute(_BROUILLONS.delete().where(*self._sien(agent, brouillon)))

    def _sien(self, agent: str, brouillon: UUID) -> tuple[sa.ColumnElement[bool], ...]:
        return _BROUILLONS.c.id == brouillon, _BROUILLONS.c.agent == agent
