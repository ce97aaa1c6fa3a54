"""What in the database itself keeps facts and journal append-only: how it is made, and whether it still stands.

Whoever may alter tables may take it away: `etat` and `verifier` say so, `migrer` puts it back and says so too.
"""

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cache
from typing import Any

from adapters.store.schema_postgres import STORE_POSTGRES

Lire = Callable[[str], Sequence[tuple[Any, ...]]]
"""Runs one statement, and returns its rows."""

_NON = "the facts and the journal of commands are append-only"


def _ajout_seul(table: str, cle: str) -> str:
    """Return the triggers of one table; the third stops INSERT OR REPLACE, which deletes without a DELETE trigger."""
    return f"""
DROP TRIGGER IF EXISTS {table}_update;
CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{_NON}'); END;
DROP TRIGGER IF EXISTS {table}_delete;
CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{_NON}'); END;
DROP TRIGGER IF EXISTS {table}_replace;
CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {cle})
    BEGIN SELECT RAISE(ABORT, 'exists already: {_NON}'); END;
"""  # noqa: S608 - constants only


GARDES_SQLITE = _ajout_seul(
    "stored_events",
    "position = NEW.position OR (originator_id = NEW.originator_id AND originator_version = NEW.originator_version)",
) + _ajout_seul(
    "journal",
    "rowid = NEW.rowid OR (commande_id = NEW.commande_id AND acteur = NEW.acteur AND origine = NEW.origine)",
)

GARDE_DE_LA_CHAINE = """
DROP TRIGGER IF EXISTS stored_events_chaine;
CREATE TRIGGER stored_events_chaine BEFORE INSERT ON stored_events WHEN NEW.empreinte IS NULL
    BEGIN SELECT RAISE(ABORT, 'a fact is stored with its digest'); END;
"""
"""Put once every fact has its digest; on PostgreSQL the column is NOT NULL from then on."""

_PRESENTES_SQLITE = "SELECT name, sql FROM sqlite_schema WHERE type='trigger'"
_PRESENTES_POSTGRES = """
SELECT 'trigger '||tgname||' on '||relname, tgtype::text||' '||tgenabled::text||' '||proname
    ||CASE WHEN tgqual IS NULL THEN '' ELSE ' when' END
    FROM pg_trigger JOIN pg_class c ON c.oid=tgrelid JOIN pg_proc p ON p.oid=tgfoid
    WHERE NOT tgisinternal AND relnamespace='public'::regnamespace AND relname IN ('stored_events', 'journal')
UNION ALL SELECT 'function '||proname, prosrc FROM pg_proc WHERE pronamespace='public'::regnamespace
UNION ALL SELECT 'not null '||attname, attnotnull::text FROM pg_attribute
    WHERE attrelid='public.stored_events'::regclass AND attname='empreinte'
"""
_SUR_CHAQUE_ORDRE = "58 O diligence_ajout_seul"
"""BEFORE UPDATE OR DELETE OR TRUNCATE, for each statement, enabled, always."""


def manquantes_sqlite(lire: Lire) -> list[str]:
    """Return the names of the triggers of an SQLite store that are missing or are not ours."""
    return _ecarts(_attendues_sqlite(), dict(lire(_PRESENTES_SQLITE)))


def manquantes_postgres(lire: Lire) -> list[str]:
    """Return the names of the triggers and functions of a PostgreSQL store that are missing or are not ours."""
    return _ecarts(_attendues_postgres(), dict(lire(_PRESENTES_POSTGRES)))


def _ecarts(attendues: Mapping[str, str], presentes: Mapping[str, str]) -> list[str]:
    return [nom for nom, definition in attendues.items() if presentes.get(nom) != definition]


@cache
def _attendues_sqlite() -> dict[str, str]:
    """Return the triggers as SQLite itself writes them down."""
    with closing(sqlite3.connect(":memory:")) as c:
        c.executescript(
            "CREATE TABLE stored_events (x); CREATE TABLE journal (x);" + GARDES_SQLITE + GARDE_DE_LA_CHAINE
        )
        return dict(c.execute(_PRESENTES_SQLITE))


@cache
def _attendues_postgres() -> dict[str, str]:
    fonctions = re.findall(r"CREATE OR REPLACE FUNCTION public\.(\w+)\b[^$]*\$\$(.*?)\$\$", STORE_POSTGRES, re.DOTALL)
    return {
        **{f"trigger ajout_seul on {table}": _SUR_CHAQUE_ORDRE for table in ("stored_events", "journal")},
        **{f"function {nom}": corps for nom, corps in fonctions},
        "not null empreinte": "true",
    }
