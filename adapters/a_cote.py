"""The databases that stand beside a store: a file each with SQLite, a schema each with PostgreSQL."""

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from adapters.store.adresse import AdresseSqlite, lire_adresse
from adapters.store.connexions import ce_qu_a_le_disque, traduire

Nom = Literal["lectures", "site"]


def ouvrir_base(base: str, nom: Nom, *, durable: bool) -> sa.Engine:
    """Open one of them; it is made when there is none, save the schema, which is `creer_schema`'s.

    Args:
        base: the address of the store.
        nom: which one.
        durable: what was written survives a power cut, and not only a crash.
    """
    adresse = lire_adresse(base)
    if not isinstance(adresse, AdresseSqlite):
        url = sa.make_url(base).set(drivername="postgresql+psycopg")
        options = f"-c search_path={nom} -c synchronous_commit={'on' if durable else 'off'}"
        return sa.create_engine(url, connect_args={"options": options, "connect_timeout": 5}, pool_pre_ping=True)
    fichier = adresse.lectures if nom == "lectures" else adresse.site
    url = sa.URL.create("sqlite", database=str(fichier))  # a path may hold a question mark or a percent sign
    ouverte = sa.create_engine(url, connect_args={"timeout": 30, "isolation_level": None})
    sa.event.listen(ouverte, "connect", partial(_regler_sqlite, durable=durable))
    sa.event.listen(ouverte, "begin", _commencer)
    sa.event.listen(ouverte, "handle_error", partial(_du_disque, fichier), retval=True)
    return ouverte


def creer_schema(connexion: sa.Connection, nom: Nom) -> None:
    """Make the schema, one process at a time to the end of the transaction; a file has none."""
    if connexion.dialect.name == "postgresql":
        # two processes at once on a new store: without it one of them fails, IF NOT EXISTS notwithstanding
        etre_seul(connexion, f"{nom}:")
        connexion.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {nom}"))


def etre_seul(connexion: sa.Connection, quoi: str) -> None:
    """Wait until no other transaction is alone at that on PostgreSQL, and be, to the end of this one."""
    if connexion.dialect.name == "postgresql":
        connexion.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:quoi))"), {"quoi": quoi})


def _du_disque(fichier: Path, contexte: sa.engine.ExceptionContext) -> Exception | None:
    """Return what says of a full or read-only disk that it is: SQLite often says only that it does not answer."""
    erreur = contexte.original_exception
    if isinstance(erreur, sqlite3.Error) and ce_qu_a_le_disque(erreur, fichier) is not None:
        return traduire(erreur, fichier)
    return None


def _commencer(connexion: sa.Connection) -> None:
    """A writer takes its lock at once; a reader takes none."""
    ecriture = connexion.get_execution_options().get("ecriture", False)
    connexion.exec_driver_sql("BEGIN IMMEDIATE" if ecriture else "BEGIN")


def _regler_sqlite(connexion: Any, _: Any, *, durable: bool) -> None:
    connexion.execute("PRAGMA journal_mode=WAL")
    connexion.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
