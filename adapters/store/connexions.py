"""SQLite connections, opened when needed and kept for the next one who asks."""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)

from adapters.store.commun import VerrouDeProcessus

OCCUPE_S = 5.0
"""How long SQLite waits for another process that writes."""

PAGES_DE_WAL = 8000
"""32 MB of log before it is carried into the file: in a large store each command touches pages of its own, and ten
commands in a hundred were spent carrying them at SQLite's default of 1000."""


def connecter(chemin: Path, *, durable: bool = True) -> sqlite3.Connection:
    """Open a store file; transactions are ours to begin, every commit reaches the disk, unless not `durable`."""
    # 128 prepared statements: ours are fewer, so that none is ever prepared twice
    connexion = sqlite3.connect(
        chemin, timeout=OCCUPE_S, isolation_level=None, check_same_thread=False, cached_statements=128
    )
    connexion.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    connexion.execute(f"PRAGMA wal_autocheckpoint={PAGES_DE_WAL}")
    return connexion


class ReserveSqlite:
    """Idle connections, last used first: as many as there were threads at once, whatever threads come and go."""

    def __init__(self, chemin: Path, *, durable: bool = True, ecriture: VerrouDeProcessus | None = None) -> None:
        self.chemin = chemin
        self._durable = durable
        self._libres: deque[sqlite3.Connection] = deque()
        self._fermee = False
        self._ecriture = ecriture or VerrouDeProcessus()

    def sans_attendre_le_disque(self) -> "ReserveSqlite":
        """Return connections to the same file, whose commits a power cut may undo: for what is then only done again."""
        return ReserveSqlite(self.chemin, durable=False, ecriture=self._ecriture)

    @contextmanager
    def lire(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection, each statement being its own transaction; errors are the library's."""
        connexion = self._prendre()
        try:
            yield connexion
        except sqlite3.Error as erreur:
            raise traduire(erreur) from erreur
        finally:
            self._rendre(connexion)

    @contextmanager
    def ecrire(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside a write transaction, committed at the end unless an error came.

        The lock spares the threads of this process the growing sleeps of SQLite's own waiting.
        """
        with self._ecriture.tenir(self.chemin, 2 * OCCUPE_S), self.lire() as connexion:
            _commencer(connexion)
            try:
                yield connexion
                connexion.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connexion.execute("ROLLBACK")
                raise

    def fermer(self) -> None:
        """Close the idle connections; those still lent are closed when they come back."""
        self._fermee = True
        while self._libres:
            with suppress(IndexError):
                self._libres.pop().close()

    def _prendre(self) -> sqlite3.Connection:
        try:
            return self._libres.pop()
        except IndexError:
            pass
        try:
            return connecter(self.chemin, durable=self._durable)
        except sqlite3.Error as erreur:
            raise traduire(erreur) from erreur

    def _rendre(self, connexion: sqlite3.Connection) -> None:
        if self._fermee:
            connexion.close()
        else:
            self._libres.append(connexion)


def _commencer(connexion: sqlite3.Connection) -> None:
    """Begin to write; other processes are waited for as long as they get through."""
    vue = _ecrite(connexion)
    while True:
        try:
            connexion.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            if (ecrite := _ecrite(connexion)) == vue:
                raise
            vue = ecrite
        else:
            return


def _ecrite(connexion: sqlite3.Connection) -> int:
    """Return a number that moves each time another connection commits."""
    return int(connexion.execute("PRAGMA data_version").fetchone()[0])


def traduire(erreur: sqlite3.Error) -> DatabaseError | InterfaceError:
    """Return the library's error for the driver's."""
    for classe, traduite in _TRADUCTIONS:
        if isinstance(erreur, classe):
            return traduite(str(erreur))
    return DatabaseError(str(erreur))


def est_du_disque(erreur: sqlite3.Error) -> bool:
    """Tell a disk that is full or fails from an address that names no store: it is not for the caller to correct."""
    return getattr(erreur, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


_TRADUCTIONS: tuple[tuple[type[sqlite3.Error], type[DatabaseError] | type[InterfaceError]], ...] = (
    (sqlite3.IntegrityError, IntegrityError),
    (sqlite3.OperationalError, OperationalError),
    (sqlite3.ProgrammingError, ProgrammingError),
    (sqlite3.InterfaceError, InterfaceError),
)
