"""Facts of an SQLite store that has a damaged page: the others are read one by one, found by the index of the streams."""

import json
import re
import sqlite3
from collections.abc import Sequence
from typing import Any, Final, cast

from eventsourcing.persistence import DatabaseError

_FAITS: Final = re.compile(
    r"SELECT (originator_id, )?originator_version, topic, state, position, enregistre_le FROM stored_events WHERE (.*)"
)
_CLES: Final = "SELECT originator_id, originator_version, position FROM stored_events INDEXED BY {} WHERE {}"
PAR_FLUX: Final = "sqlite_autoindex_stored_events_1"
_UN_FAIT: Final = "SELECT topic, state, enregistre_le FROM stored_events WHERE position=?"
_SON_RECU: Final = "SELECT topics, position FROM journal WHERE position>=? AND topics<>'[]' ORDER BY rowid LIMIT 1"
"""Every receipt up to that one is read: a damaged page has a few facts, and a receipt a command."""
JAMAIS: Final = "1970-01-01T00:00:00.000000Z"
"""When a fact was recorded that nobody can read any more."""


def est_abime(erreur: DatabaseError) -> bool:
    """Tell whether SQLite met a page that is not as it should be."""
    cause = erreur.__cause__
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT


def malgre_la_page(c: sqlite3.Connection, requete: str, params: Sequence[Any]) -> list[tuple[Any, ...]] | None:
    """Return the rows of a reading of facts, those that cannot be read without content; None of another statement."""
    lue = _FAITS.fullmatch(requete)
    if lue is None or "topic IN" in lue[2]:
        return None
    cles = c.execute(_CLES.format(PAR_FLUX, lue[2]), params).fetchall()
    lignes = []
    for identifiant, version, position in cles:
        sujet, etat, le = _lire(c, position)
        lignes.append((identifiant, version, sujet, etat, position, le))
    return [ligne if lue[1] else ligne[1:] for ligne in lignes]


def _lire(c: sqlite3.Connection, position: int) -> tuple[str, bytes, str]:
    """Return topic, content and instant of one fact; when its page is damaged, no content, and the topic of its receipt."""
    lu = _si_lisible(c, _UN_FAIT, position)
    if lu is not None:
        return cast(tuple[str, bytes, str], lu)
    topics, derniere = _si_lisible(c, _SON_RECU, position) or ("[]", 0)
    sujets = json.loads(topics)
    return dict(enumerate(sujets, derniere - len(sujets) + 1)).get(position, ""), b"", JAMAIS


def _si_lisible(c: sqlite3.Connection, requete: str, position: int) -> tuple[Any, ...] | None:
    try:
        return cast("tuple[Any, ...] | None", c.execute(requete, (position,)).fetchone())
    except sqlite3.DatabaseError:
        return None
