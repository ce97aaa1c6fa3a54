"""Invitations and resets: of the secret of a link only the digest is kept, bound to the store."""

import secrets
from typing import Final

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit
from application.site import DUREE_DE_LIEN

_OCTETS: Final = 32
_LIENS = sa.Table(
    "liens",
    TABLES,
    sa.Column("empreinte", sa.LargeBinary, primary_key=True),
    sa.Column("agent", sa.String, nullable=False, unique=True),
    sa.Column("expire_le", InstantEcrit, nullable=False),
)


class LiensDuSite:
    """Implements `application.site.Liens`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def faire(self, agent: str) -> str:
        """Make the only link of an agent, the former ones being worth nothing; return its secret."""
        secret = secrets.token_urlsafe(_OCTETS)
        with self._base.ecrire(seul=_LIENS) as connexion:
            connexion.execute(_LIENS.delete().where(_LIENS.c.agent == agent))
            expire_le = self._base.maintenant() + DUREE_DE_LIEN
            connexion.execute(
                _LIENS.insert().values(empreinte=self._base.condense(secret), agent=agent, expire_le=expire_le)
            )
        return secret

    def lire(self, secret: str) -> str | None:
        """Return whose it is while it is worth something."""
        with self._base.lire() as connexion:
            agent: str | None = connexion.scalar(sa.select(_LIENS.c.agent).where(*self._vivant(secret)))
        return agent

    def consommer(self, secret: str) -> str | None:
        """Return whose it is, which is then worth nothing: of two at once, one has it."""
        with self._base.ecrire() as connexion:
            agent: str | None = connexion.scalar(_LIENS.delete().where(*self._vivant(secret)).returning(_LIENS.c.agent))
        return agent

    def _vivant(self, secret: str) -> tuple[sa.ColumnElement[bool], ...]:
        return _LIENS.c.empreinte == self._base.condense(secret), _LIENS.c.expire_le > self._base.maintenant()
