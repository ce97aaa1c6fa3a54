"""Tokens of applications: of the secret, 256 random bits, only the digest is kept, bound to the store."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit
from application.site import Jeton

_OCTETS: Final = 32
_PREFIXE: Final = "dil_"
"""What a secret left in a file or a log is found by."""
_PAS: Final = timedelta(minutes=1)
"""How precisely one knows when a token was last used: one write a minute, not one a request."""
_JETONS = sa.Table(
    "jetons",
    TABLES,
    sa.Column("empreinte", sa.LargeBinary, primary_key=True),
    sa.Column("id", sa.Uuid, nullable=False, unique=True),
    sa.Column("nom", sa.String, nullable=False),
    sa.Column("agent", sa.String, nullable=False),
    sa.Column("gestes", sa.JSON, nullable=False),
    sa.Column("lectures", sa.JSON, nullable=False),
    sa.Column("cree_par", sa.String, nullable=False),
    sa.Column("cree_le", InstantEcrit, nullable=False),
    sa.Column("expire_le", InstantEcrit, nullable=False),
    sa.Column("vu_le", InstantEcrit),
    sa.Column("revoque_le", InstantEcrit),
)
_COLONNES: Final = tuple(_JETONS.c[nom] for nom in Jeton.__slots__)


class JetonsDuSite:
    """Implements `application.site.Jetons`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def creer(
        self,
        *,
        agent: str,
        nom: str,
        gestes: tuple[str, ...],
        lectures: tuple[str, ...],
        cree_par: str,
        duree: timedelta,
    ) -> tuple[str, Jeton]:
        """Make one; return its secret and what is kept of it."""
        secret, maintenant = _PREFIXE + secrets.token_urlsafe(_OCTETS), self._base.maintenant()
        jeton = Jeton(uuid4(), nom, agent, gestes, lectures, cree_par, maintenant, maintenant + duree, None, None)
        with self._base.ecrire() as connexion:
            valeurs = {champ: getattr(jeton, champ) for champ in Jeton.__slots__}
            connexion.execute(_JETONS.insert().values(empreinte=self._base.condense(secret), **valeurs))
        return secret, jeton

    def lire(self, secret: str) -> Jeton | None:
        """Return the token of a secret while it is worth something, and note that it was used."""
        empreinte, maintenant = self._base.condense(secret), self._base.maintenant()
        vivant = sa.and_(
            _JETONS.c.empreinte == empreinte, _JETONS.c.expire_le > maintenant, _JETONS.c.revoque_le.is_(None)
        )
        trouves = self._lus(vivant)
        if not trouves:
            return None
        if trouves[0].vu_le is None or trouves[0].vu_le + _PAS <= maintenant:
            with self._base.ecrire() as connexion:
                connexion.execute(_JETONS.update().where(_JETONS.c.empreinte == empreinte).values(vu_le=maintenant))
        return trouves[0]

    def tous(self) -> Sequence[Jeton]:
        """Return every token ever given, the last first."""
        return self._lus(sa.true())

    def revoquer(self, identifiant: UUID) -> Jeton | None:
        """End a token at once; None when there is none of that id. Repeating it is silent."""
        with self._base.ecrire() as connexion:
            encore = _JETONS.update().where(_JETONS.c.id == identifiant, _JETONS.c.revoque_le.is_(None))
            connexion.execute(encore.values(revoque_le=self._base.maintenant()))
        trouves = self._lus(_JETONS.c.id == identifiant)
        return trouves[0] if trouves else None

    def _lus(self, condition: sa.ColumnElement[bool]) -> list[Jeton]:
        with self._base.lire() as connexion:
            lignes = connexion.execute(sa.select(*_COLONNES).where(condition).order_by(_JETONS.c.cree_le.desc()))
            return [_jeton(ligne) for ligne in lignes.mappings()]


def _jeton(ligne: sa.RowMapping) -> Jeton:
    return Jeton(**{**ligne, "gestes": tuple(ligne["gestes"]), "lectures": tuple(ligne["lectures"])})
