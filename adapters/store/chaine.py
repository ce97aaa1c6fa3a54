"""The chain of digests: each stored fact has that of its bytes, of its place, and of the digest before it (ADR 0023).

Written under the append lock in the fact's own transaction; nothing is parsed, and nothing of it is needed to decide
or to read. PostgreSQL computes the same in `diligence_empreinte`.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

ORIGINE = bytes(32)
"""What stands before the first fact of a store."""
LOT = 5_000
"""Facts chained in one transaction, of a store made before there was a chain."""

LigneChainee = tuple[int, str, int, str, bytes, str, bytes | None]
"""Position, aggregate, version, topic, bytes, instant of recording as it is stored, digest."""


def empreinte(precedente: bytes, position: int, agregat: str, version: int, topic: str, etat: bytes, le: str) -> bytes:
    """Return the digest of a fact: SHA-256 of the one before it, of a line that says its place, and of its bytes.

    The length of the bytes stands in the line: no other fact is written the same.
    """
    place = f"{position} {version} {len(etat)} {agregat} {le} {topic}\n"
    return sha256(b"".join((precedente, place.encode(), etat))).digest()


def enchainer(precedente: bytes, lignes: Iterable[LigneChainee]) -> Iterator[tuple[bytes, int]]:
    """Yield the digest and the position of those of these facts, in their order, that have none yet."""
    for position, agregat, version, topic, etat, le, connue in lignes:
        if connue is not None:
            precedente = connue
            continue
        precedente = empreinte(precedente, position, agregat, version, topic, etat, le)
        yield precedente, position


_SANS = "empreinte IS NULL AND position>{p} ORDER BY position LIMIT 1"
LIGNE_SQLITE = "position, originator_id, originator_version, topic, state, enregistre_le, empreinte"
INSTANT_POSTGRES = """to_char(enregistre_le AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
"""As `kernel.instants.triable` writes it."""
LIGNE_POSTGRES = f"position, originator_id::text, originator_version, topic, state, {INSTANT_POSTGRES}, empreinte"


def chainer_un_lot_sqlite(c: sqlite3.Connection, apres: int) -> int | None:
    """Chain the next facts that have no digest, in the transaction under way; return the last position, None at the end.

    Every fact up to `apres` has its own. The trigger that refuses every UPDATE is away, until the caller puts it back.
    """
    premier = c.execute(f"SELECT position FROM stored_events WHERE {_SANS.format(p='?')}", (apres,)).fetchone()  # noqa: S608
    if premier is None:
        return None
    lignes = c.execute(
        f"SELECT {LIGNE_SQLITE} FROM stored_events WHERE position>=? ORDER BY position LIMIT {LOT}",  # noqa: S608
        premier,
    ).fetchall()
    avant = c.execute("SELECT empreinte FROM stored_events WHERE position<? ORDER BY position DESC LIMIT 1", premier)
    precedente = (avant.fetchone() or (ORIGINE,))[0]
    c.executemany("UPDATE stored_events SET empreinte=? WHERE position=?", list(enchainer(precedente, lignes)))
    return int(lignes[-1][0])


def chainer_un_lot_postgres(c: "psycopg.Connection[Any]", apres: int) -> int | None:
    """Do the same on PostgreSQL, whose trigger is put back by its own transaction."""
    premier = c.execute(
        f"SELECT position FROM public.stored_events WHERE {_SANS.format(p='%s')}".encode(),  # noqa: S608
        (apres,),
    ).fetchone()
    if premier is None:
        return None
    lignes = c.execute(
        f"SELECT {LIGNE_POSTGRES} FROM public.stored_events WHERE position>=%s ORDER BY position LIMIT {LOT}".encode(),  # noqa: S608
        premier,
    ).fetchall()
    avant = c.execute(
        "SELECT empreinte FROM public.stored_events WHERE position<%s ORDER BY position DESC LIMIT 1", premier
    ).fetchone()
    faites = list(enchainer((avant or (ORIGINE,))[0], lignes))
    c.execute("ALTER TABLE public.stored_events DISABLE TRIGGER ajout_seul")
    c.execute(
        "UPDATE public.stored_events e SET empreinte=v.empreinte"
        " FROM unnest(%s::bytea[], %s::bigint[]) AS v(empreinte, position) WHERE e.position=v.position",
        ([digest for digest, _ in faites], [position for _, position in faites]),
    )
    c.execute("ALTER TABLE public.stored_events ENABLE TRIGGER ajout_seul")
    return int(lignes[-1][0])
