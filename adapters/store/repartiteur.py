"""A pooler that lends one session of PostgreSQL to several people at once is found out, and refused.

Its locks, settings and prepared statements would be those of whoever came before: two commands would cross.
"""

from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from kernel.refus import Refus

TOURS: Final = 4
"""A pooler that gives each statement the next session may give the same one once."""


class SessionPartagee(Refus, code="session_partagee"):
    """The address is that of a pooler in transaction mode."""

    def __init__(self) -> None:
        super().__init__(
            "Cette adresse est celle d’un répartiteur de connexions (PgBouncer…) en mode transaction : il prête une même "
            "session de PostgreSQL à plusieurs commandes, dont les verrous se croiseraient. Donnez l’adresse directe du "
            "serveur, ou celle d’un répartiteur en mode session."
        )


def exiger_une_session(base: str, connexion: "psycopg.Connection[Any]") -> None:
    """Refuse with SessionPartagee when the sessions behind this address are shared; `connexion` was opened there.

    A pooler of any kind gives a number of its own to the session: only then are two more opened, each asking the server
    for its number between the statements of the other.
    """
    if _session(connexion) == connexion.info.backend_pid:
        return
    with _ouvrir(base) as une, _ouvrir(base) as autre:
        for _ in range(TOURS):
            avant = _session(une)
            with autre.transaction():
                if _session(autre) == avant or _session(une) != avant:
                    raise SessionPartagee


def _ouvrir(base: str) -> "psycopg.Connection[Any]":
    return psycopg.connect(base, connect_timeout=5, autocommit=True)


def _session(connexion: "psycopg.Connection[Any]") -> int:
    with connexion.cursor(row_factory=tuple_row) as curseur:
        lue = curseur.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    assert lue is not None
    return int(lue[0])
