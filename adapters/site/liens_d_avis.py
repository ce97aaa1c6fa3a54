"""Links given to services outside for one avis each: of the secret only the digest is kept, bound to the store."""

import secrets
from dataclasses import fields
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit
from application.site import DUREE_D_UN_LIEN_D_AVIS, LienDAvis

_OCTETS: Final = 32
_LIENS = sa.Table(
    "liens_d_avis",
    TABLES,
    sa.Column("empreinte", sa.LargeBinary, primary_key=True),
    sa.Column("dossier", sa.Uuid, nullable=False),
    sa.Column("demande", sa.Integer, nullable=False),
    sa.Column("aupres_de", sa.String, nullable=False),
    sa.Column("agent", sa.String, nullable=False),
    sa.Column("pieces", sa.JSON, nullable=False),
    sa.Column("expire_le", InstantEcrit, nullable=False),
)
_COLONNES: Final = tuple(_LIENS.c[champ.name] for champ in fields(LienDAvis))


class LiensDAvisDuSite:
    """Implements `application.site.LiensDAvis`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def faire(self, dossier: UUID, demande: int, aupres_de: str, agent: str, pieces: tuple[int, ...]) -> str:
        """Make the only link of a demande d’avis, the former ones being worth nothing; return its secret."""
        secret = secrets.token_urlsafe(_OCTETS)
        with self._base.ecrire(seul=_LIENS) as connexion:
            connexion.execute(_LIENS.delete().where(_LIENS.c.dossier == dossier, _LIENS.c.aupres_de == aupres_de))
            connexion.execute(
                _LIENS.insert().values(
                    empreinte=self._base.condense(secret),
                    dossier=dossier,
                    demande=demande,
                    aupres_de=aupres_de,
                    agent=agent,
                    pieces=list(pieces),
                    expire_le=self._base.maintenant() + DUREE_D_UN_LIEN_D_AVIS,
                )
            )
        return secret

    def lire(self, secret: str) -> LienDAvis | None:
        """Return what it opens while it is worth something."""
        with self._base.lire() as connexion:
            lue = connexion.execute(sa.select(*_COLONNES).where(*self._vivant(secret))).one_or_none()
        return None if lue is None else LienDAvis(**{**lue._asdict(), "pieces": tuple(lue.pieces)})

    def consommer(self, secret: str) -> None:
        """Make it worth nothing."""
        with self._base.ecrire() as connexion:
            connexion.execute(_LIENS.delete().where(_LIENS.c.empreinte == self._base.condense(secret)))

    def _vivant(self, secret: str) -> tuple[sa.ColumnElement[bool], ...]:
        return _LIENS.c.empreinte == self._base.condense(secret), _LIENS.c.expire_le > self._base.maintenant()
