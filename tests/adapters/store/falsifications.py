"""Goes round the recorder as somebody who may write the file would: the guards away, then put back."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import chain
from typing import Any
from uuid import UUID, uuid4

import psycopg

from adapters.store.adresse import AdresseSqlite, lire_adresse
from adapters.store.chaine import ORIGINE, empreinte
from adapters.store.lectures_sql import COLONNES_DU_JOURNAL
from adapters.store.relecture import Relecture
from adapters.store.verification import Verification
from application.ports import Constat
from application.store import Store
from tests.adapters.store.test_faits import sql

Ordre = tuple[str, Sequence[object]]
COLONNES = "originator_id, originator_version, topic, state, position, enregistre_le, empreinte"


def falsifier(base: str, *ordres: str | Ordre) -> None:
    """Run these statements with nothing to stop them, and leave no trace but their effect."""
    adresse = lire_adresse(base)
    ecrits = [(ordre, ()) if isinstance(ordre, str) else ordre for ordre in ordres]
    if isinstance(adresse, AdresseSqlite):
        with closing(sqlite3.connect(adresse.chemin, isolation_level=None)) as c:
            gardes = c.execute("SELECT name, sql FROM sqlite_schema WHERE type='trigger'").fetchall()
            for nom, _ in gardes:
                c.execute(f"DROP TRIGGER {nom}")
            for ordre, params in ecrits:
                c.execute(ordre, tuple(params))
            for _, creation in gardes:
                c.execute(creation)
        return
    with psycopg.connect(base) as pg:
        pg.execute("SET session_replication_role = replica")
        for ordre, params in ecrits:
            pg.execute(ordre.replace("?", "%s").encode(), tuple(params))


def echanger(une: int, autre: int) -> tuple[Ordre, ...]:
    """Give to each of two facts the position of the other."""
    deplacer = "UPDATE stored_events SET position=? WHERE position=?"
    return (deplacer, (-1, une)), (deplacer, (une, autre)), (deplacer, (autre, -1))


def inserer(position: int, *, agregat: UUID | None = None, version: int = 1, digest: bytes = bytes(32)) -> Ordre:
    """Add a fact that no command wrote."""
    return (
        f"INSERT INTO stored_events ({COLONNES}) VALUES (?, ?, 'essai.ajoute.v1', ?, ?, ?, ?)",
        (str(agregat or uuid4()), version, b'{"forge":1}', position, "2026-03-02T09:00:00.000000Z", digest),
    )


def decaler(apres: int) -> tuple[str, str]:
    """Make room for one more position."""
    return (
        f"UPDATE stored_events SET position=-position-1 WHERE position>{apres}",
        "UPDATE stored_events SET position=-position WHERE position<0",
    )


def sauver(base: str) -> list[Ordre]:
    """Return what puts facts and journal back as they are now."""
    tables = {"stored_events": COLONNES, "journal": COLONNES_DU_JOURNAL}
    lues = {table: sql(base, f"SELECT {colonnes} FROM {table} ORDER BY position") for table, colonnes in tables.items()}
    return [
        *((f"DELETE FROM {table}", ()) for table in tables),
        *(
            (f"INSERT INTO {table} ({tables[table]}) VALUES ({', '.join('?' * len(ligne))})", ligne)
            for table, lignes in lues.items()
            for ligne in lignes
        ),
    ]


def defaire_la_chaine(base: str) -> None:
    """Make the store what it was before facts had digests."""
    if base.startswith("sqlite"):
        sql(base, "DROP TRIGGER stored_events_chaine")
    sql(base, "ALTER TABLE stored_events DROP COLUMN empreinte")
    sql(base, "UPDATE parametres SET valeur='1' WHERE cle='schema'")


def relire(store: Store) -> Relecture:
    recorder: Any = store.enregistreur
    lue: Relecture = recorder.relire()
    return lue


def verifier(store: Store, *, depuis: int = 0) -> list[Constat]:
    return list(Verification(relire(store), depuis=depuis).tout())


def genres(anomalies: Sequence[Constat]) -> list[str]:
    return [anomalie.genre for anomalie in anomalies]


def rechainer(base: str, store: Store) -> None:
    """Compute every digest again, as one who knows how they are made."""
    relecture, precedente, ordres = relire(store), ORIGINE, []
    for ligne in chain.from_iterable(relecture.pages(0, relecture.maillon().position)):
        precedente = empreinte(precedente, *ligne[:6])
        ordres.append(("UPDATE stored_events SET empreinte=? WHERE position=?", (precedente, ligne[0])))
    falsifier(base, *ordres)
