"""Failed attempts, by the digest of the login that was typed: a person may type a password there."""

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit

SANS_ATTENTE: Final = 4
"""Failures after which one may try again at once: the fifth makes wait."""
_PREMIERE: Final = timedelta(seconds=30)
_PLUS_LONGUE: Final = timedelta(minutes=15)
"""Bounded: who knows a login must not be able to keep its person out for long."""
_MEMOIRE: Final = timedelta(days=1)
_ECHECS = sa.Table(
    "echecs",
    TABLES,
    sa.Column("login", sa.LargeBinary, primary_key=True),
    sa.Column("nombre", sa.Integer, nullable=False),
    sa.Column("attend_jusqu_a", InstantEcrit, nullable=False),
    sa.Column("note_le", InstantEcrit, nullable=False, index=True),
)


class EchecsDuSite:
    """Implements `application.site.Echecs`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def en_attente(self, login: str) -> bool:
        """Tell whether a login must wait before it is tried again."""
        attente = sa.select(_ECHECS.c.attend_jusqu_a).where(_ECHECS.c.login == self._base.condense(login))
        with self._base.lire() as connexion:
            jusqu_a = connexion.scalar(attente)
        return jusqu_a is not None and jusqu_a > self._base.maintenant()

    def noter(self, login: str) -> None:
        """Count one more; from the fifth on, each makes the next wait longer. What is a day old is forgotten."""
        cle, maintenant = self._base.condense(login), self._base.maintenant()
        with self._base.ecrire(seul=_ECHECS) as connexion:
            connexion.execute(_ECHECS.delete().where(_ECHECS.c.note_le < maintenant - _MEMOIRE))
            nombre = 1 + (connexion.scalar(sa.select(_ECHECS.c.nombre).where(_ECHECS.c.login == cle)) or 0)
            connexion.execute(_ECHECS.delete().where(_ECHECS.c.login == cle))
            connexion.execute(
                _ECHECS.insert().values(
                    login=cle, nombre=nombre, attend_jusqu_a=maintenant + _attente(nombre), note_le=maintenant
                )
            )

    def oublier(self, login: str) -> None:
        """Begin again: the right password was given."""
        with self._base.ecrire() as connexion:
            connexion.execute(_ECHECS.delete().where(_ECHECS.c.login == self._base.condense(login)))


def _attente(nombre: int) -> timedelta:
    if nombre <= SANS_ATTENTE:
        return timedelta()
    doublees: int = 2 ** min(nombre - SANS_ATTENTE - 1, 10)
    return min(_PREMIERE * doublees, _PLUS_LONGUE)
