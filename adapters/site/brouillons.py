"""Drafts: what a person typed and could not send, for a day, or keeps, for longer; sealed by the coffre."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit, id_de_l_agent
from application.travail import DUREE_D_UN_BROUILLON_GARDE, DUREE_DE_BROUILLON, BrouillonGarde, BrouillonInvalide

_BROUILLONS = sa.Table(
    "brouillons",
    TABLES,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agent", sa.String, nullable=False),
    sa.Column("corps", sa.LargeBinary, nullable=False),
    sa.Column("expire_le", InstantEcrit, nullable=False, index=True),
)
AU_PLUS: Final = 20
"""Drafts that one agent keeps; a choice of the service."""
_GARDES = sa.Table(
    "brouillons_gardes",
    TABLES,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agent", sa.String, nullable=False),
    sa.Column("titre", sa.LargeBinary, nullable=False),
    sa.Column("corps", sa.LargeBinary, nullable=False),
    sa.Column("garde_le", InstantEcrit, nullable=False),
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
        lus = (
            sa.select(t.c.corps).where(*_sien(t, agent, brouillon), t.c.expire_le > self._base.maintenant())
            for t in _TOUS
        )
        with self._base.lire() as connexion:
            scelle = connexion.scalar(sa.union_all(*lus))
        return None if scelle is None else self._base.desceller_si_connu(id_de_l_agent(agent), "brouillon", scelle)

    def oublier(self, agent: str, brouillon: UUID) -> None:
        """Let it go: it was sent, or is wanted no more."""
        with self._base.ecrire() as connexion:
            for table in _TOUS:
                connexion.execute(table.delete().where(*_sien(table, agent, brouillon)))

    def conserver(self, agent: str, titre: str, corps: str, brouillon: UUID | None) -> UUID:
        """Keep a draft, in the place of another of that agent when one is named; return its id. Refuse with BrouillonInvalide."""
        maintenant, sujet = self._base.maintenant(), id_de_l_agent(agent)
        garde: dict[str, Any] = {"id": brouillon or uuid4(), "agent": agent, "garde_le": maintenant}
        garde |= {
            "titre": self._base.sceller(sujet, "titre", titre),
            "corps": self._base.sceller(sujet, "brouillon", corps),
        }
        with self._base.ecrire(seul=_GARDES) as connexion:
            connexion.execute(_GARDES.delete().where(_GARDES.c.expire_le <= maintenant))
            if brouillon is not None:
                connexion.execute(_GARDES.delete().where(*_sien(_GARDES, agent, brouillon)))
            siens = sa.select(sa.func.count()).select_from(_GARDES).where(_GARDES.c.agent == agent)
            if (connexion.scalar(siens) or 0) >= AU_PLUS:
                raise BrouillonInvalide(
                    f"Vous gardez déjà {AU_PLUS} brouillons, le maximum : envoyez-en un, ou ôtez-le.", maximum=AU_PLUS
                )
            connexion.execute(_GARDES.insert().values(**garde, expire_le=maintenant + DUREE_D_UN_BROUILLON_GARDE))
        identifiant: UUID = garde["id"]
        return identifiant

    def conserves(self, agent: str) -> Sequence[BrouillonGarde]:
        """Return those an agent keeps, the last kept first."""
        colonnes = (_GARDES.c.id, _GARDES.c.titre, _GARDES.c.garde_le, _GARDES.c.expire_le)
        siens = sa.select(*colonnes).where(_GARDES.c.agent == agent, _GARDES.c.expire_le > self._base.maintenant())
        with self._base.lire() as connexion:
            lus = list(connexion.execute(siens.order_by(_GARDES.c.garde_le.desc(), _GARDES.c.id)))
        sujet = id_de_l_agent(agent)
        titres = ((lu, self._base.desceller_si_connu(sujet, "titre", lu.titre)) for lu in lus)
        return [BrouillonGarde(lu.id, titre, lu.garde_le, lu.expire_le) for lu, titre in titres if titre is not None]


_TOUS: Final = (_BROUILLONS, _GARDES)


def _sien(table: sa.Table, agent: str, brouillon: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.id == brouillon, table.c.agent == agent
