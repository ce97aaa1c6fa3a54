"""The database of the read models: a file beside an SQLite store, a schema of its own with PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from adapters.store.adresse import AdresseSqlite, lire_adresse
from adapters.store.connexions import est_plein, traduire
from kernel.refus import Refus

_ABIMEES: Final = ("not a database", "malformed")
"""What SQLite says of a file it cannot read."""


class LecturesAbimees(Refus, code="lectures_abimees"):
    """The file of the read models cannot be read: it holds nothing that is not in the store."""

    def __init__(self, fichier: Path) -> None:
        super().__init__(
            f"Le fichier {fichier} des lectures est abîmé : supprimez-le, il est refait depuis la base.",
            fichier=str(fichier),
        )


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
            url,
            connect_args={"options": "-c search_path=lectures -c synchronous_commit=off", "connect_timeout": 5},
            pool_pre_ping=True,
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
    sa.event.listen(ouverte, "handle_error", partial(_disque_plein, adresse.lectures), retval=True)
    return ouverte


def _disque_plein(fichier: Path, contexte: sa.engine.ExceptionContext) -> Exception | None:
    """Return what says of a full disk that it is full: SQLite often says only that it does not answer."""
    erreur = contexte.original_exception
    return traduire(erreur, fichier) if isinstance(erreur, sqlite3.Error) and est_plein(erreur, fichier) else None


def _commencer(connexion: sa.Connection) -> None:
    """A writer takes its lock at once; a reader takes none."""
    ecriture = connexion.get_execution_options().get("ecriture", False)
    connexion.exec_driver_sql("BEGIN IMMEDIATE" if ecriture else "BEGIN")


def _regler_sqlite(connexion: Any, _: Any) -> None:
    """Read models are disposable: they need not survive a power cut, only a crash."""
    connexion.execute("PRAGMA journal_mode=WAL")
    connexion.execute("PRAGMA synchronous=NORMAL")
