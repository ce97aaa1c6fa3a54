"""The database of the read models: a file beside an SQLite store, a schema of its own with PostgreSQL."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

import sqlalchemy as sa

from adapters.store.adresse import AdresseSqlite, lire_adresse
from application.store import Store
from kernel.faits import Inscription
from kernel.refus import Refus

PEU: Final = 8
"""Streams that a live batch touches: asked one by one, most are known already."""
_ABIMEES: Final = ("not a database", "malformed")
"""What SQLite says of a file it cannot read."""


class LecturesAbimees(Refus):
    """The file of the read models cannot be read: it holds nothing that is not in the store."""

    code = "lectures_abimees"

    def __init__(self, fichier: Path) -> None:
        super().__init__(
            f"Le fichier {fichier} des lectures est abîmé : supprimez-le, il est refait depuis la base.",
            fichier=str(fichier),
        )


class SourceDuStore:
    """Implements readmodels.base.Source over the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._mapper = store.application.mapper

    def derniere_position(self) -> int:
        """Return the head of the store."""
        return self._store.enregistreur.derniere_position()

    def lire_depuis(self, position: int, limite: int) -> Sequence[Inscription]:
        """Return facts after a position."""
        return [self._inscription(stocke) for stocke in self._store.enregistreur.lire_depuis(position, limite)]

    def ces_flux(self, ids: Sequence[UUID]) -> Sequence[Inscription]:
        """Return whole streams: a few from the store's memory of what was just read, many in one question."""
        if len(ids) <= PEU:
            return [inscription for agregat_id in ids for inscription in self._store.inscriptions(agregat_id)]
        return [self._inscription(stocke) for stocke in self._store.enregistreur.lire_ces_flux(ids)]

    def flux_par_flux(self, jusqu_a: int) -> Iterator[Sequence[Inscription]]:
        """Yield every stream up to a position."""
        for _, stockes in self._store.enregistreur.lire_flux_par_flux(jusqu_a):
            yield [self._inscription(stocke) for stocke in stockes]

    def attendre(self, position: int, delai_s: float) -> bool:
        """Wait for a fact after a position."""
        return self._store.enregistreur.attendre(position, delai_s)

    def _inscription(self, stocke: Any) -> Inscription:
        return cast(Inscription, self._mapper.to_domain_event(stocke))


@contextmanager
def fichier_lisible(base: str) -> Iterator[None]:
    """Refuse with LecturesAbimees when SQLite cannot read its file."""
    try:
        yield
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as erreur:
        adresse = lire_adresse(base)
        if isinstance(adresse, AdresseSqlite) and any(signe in str(erreur) for signe in _ABIMEES):
            raise LecturesAbimees(adresse.lectures) from erreur
        raise


def ouvrir_base(base: str) -> sa.Engine:
    """Open the database that goes with a store; its file, or its schema, is made when there is none."""
    adresse = lire_adresse(base)
    if not isinstance(adresse, AdresseSqlite):
        url = sa.make_url(base).set(drivername="postgresql+psycopg")
        # as with SQLite below: rows and their position may be lost together by a crash, and are then only made again
        ouverte = sa.create_engine(
            url, connect_args={"options": "-c search_path=lectures -c synchronous_commit=off"}, pool_pre_ping=True
        )
        with ouverte.begin() as connexion:
            # two processes at once on a new store: without it one of them fails, IF NOT EXISTS notwithstanding
            connexion.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('lectures:'))"))
            connexion.execute(sa.text("CREATE SCHEMA IF NOT EXISTS lectures"))
        return ouverte
    url = sa.URL.create("sqlite", database=str(adresse.lectures))  # a path may hold a question mark or a percent sign
    ouverte = sa.create_engine(url, connect_args={"timeout": 30, "isolation_level": None})
    sa.event.listen(ouverte, "connect", _regler_sqlite)
    sa.event.listen(ouverte, "begin", _commencer)
    return ouverte


def _commencer(connexion: sa.Connection) -> None:
    """A writer takes its lock at once; a reader takes none."""
    ecriture = connexion.get_execution_options().get("ecriture", False)
    connexion.exec_driver_sql("BEGIN IMMEDIATE" if ecriture else "BEGIN")


def _regler_sqlite(connexion: Any, _: Any) -> None:
    """Read models are disposable: they need not survive a power cut, only a crash."""
    connexion.execute("PRAGMA journal_mode=WAL")
    connexion.execute("PRAGMA synchronous=NORMAL")
