"""SQLite connections, opened when needed and kept for the next one who asks."""

import os
import shutil
import sqlite3
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from weakref import WeakSet

from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)

from adapters.store.commun import VerrouDeProcessus
from application.patience import au_plus

OCCUPE_S = 5.0
"""How long SQLite waits for another process that writes."""

PAGES_DE_WAL = (1000, 8000)
"""The log is carried into the file when it is an eighth of it, at 4 MB at least and 32 MB at most. In a large store each
command touches pages of its own, and ten commands in a hundred were spent carrying them at 4 MB; in a small one they are
few, and a log that still grows writes its new length too at each commit, which one that is written over does not."""
MEMOIRE_KIB = 16_000
"""What a connection keeps of the pages it read: a stream of two hundred facts is on forty of them, or many more."""

_PAGE = 4096
_ENTRE_DEUX_S = 0.02
_VU_S = 0.02
"""How long who reads trusts what was seen of the log; who writes looks each time."""


class JournalRetire(OperationalError):
    """Somebody removed the log of SQLite under a program that uses it: what is written now would be lost when it stops."""

    def __init__(self, chemin: Path) -> None:
        super().__init__(f"the journal {chemin}-wal was removed under a running program")


class _Journal(NamedTuple):
    """A log of SQLite: what tells it from another of the same name, and when it was last written, in nanoseconds."""

    quel: tuple[int, int]
    ecrit: int


def _journal(fichier: str) -> _Journal | None:
    """Look at a log; return None when there is none."""
    try:
        etat = os.stat(fichier)  # noqa: PTH116 - at each write: no path object is made for it
    except OSError:
        return None
    return _Journal((etat.st_dev, etat.st_ino), etat.st_mtime_ns)


def exiger_le_journal(chemin: Path) -> None:
    """Fail with JournalRetire when the memory of the log is there without it, and leave the mark that `etat` shows.

    Whoever closes a store last removes both, the memory first.
    """
    for _ in range(2):  # the second look is for a store that another process opens just now
        if _journal(f"{chemin}-wal") is not None or not Path(f"{chemin}-shm").exists():
            return
        time.sleep(_ENTRE_DEUX_S)
    noter_journal_retire(chemin)
    raise JournalRetire(chemin)


def noter_journal_retire(chemin: Path) -> None:
    """Leave a mark beside the store: its own tables may be what is lost."""
    with suppress(OSError):
        marque_du_journal(chemin).touch()


def marque_du_journal(chemin: Path) -> Path:
    """Return where the mark is."""
    return Path(f"{chemin}.journal-retire")


class ConnexionSqlite(sqlite3.Connection):
    """A connection that knows how long SQLite waits in it for another process that writes."""

    attente_s = 0.0

    def attendre_au_plus(self, secondes: float) -> None:
        """Set how long."""
        if secondes != self.attente_s:
            self.execute(f"PRAGMA busy_timeout={int(secondes * 1000)}")
            self.attente_s = secondes


def connecter(chemin: Path, *, durable: bool = True) -> ConnexionSqlite:
    """Open a store file; transactions are ours to begin, every commit reaches the disk, unless not `durable`."""
    exiger_le_journal(chemin)
    # 128 prepared statements: ours are fewer, so that none is ever prepared twice
    connexion = sqlite3.connect(
        chemin,
        timeout=OCCUPE_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=128,
        factory=ConnexionSqlite,
    )
    connexion.attente_s = OCCUPE_S
    connexion.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    connexion.execute(f"PRAGMA cache_size=-{MEMOIRE_KIB}")
    octets = chemin.stat().st_size if chemin.exists() else 0
    pages = min(max(PAGES_DE_WAL[0], octets // (8 * _PAGE)), PAGES_DE_WAL[1])
    connexion.execute(f"PRAGMA wal_autocheckpoint={pages}")
    return connexion


class ReserveSqlite:
    """Idle connections, last used first: as many as there were threads at once, whatever threads come and go."""

    def __init__(self, chemin: Path, *, durable: bool = True, ecriture: VerrouDeProcessus | None = None) -> None:
        self.chemin = chemin
        self._durable = durable
        self._libres: deque[ConnexionSqlite] = deque()
        self._ouvertes: WeakSet[ConnexionSqlite] = WeakSet()
        self._fichier_du_journal = f"{chemin}-wal"
        self._journal: tuple[int, int] | None = None
        self._vu = 0.0
        self._fermee = False
        self._ecriture = ecriture or VerrouDeProcessus()

    def sans_attendre_le_disque(self) -> "ReserveSqlite":
        """Return connections to the same file, whose commits a power cut may undo: for what is then only done again."""
        return ReserveSqlite(self.chemin, durable=False, ecriture=self._ecriture)

    def lire(self) -> "Pret":
        """Lend a connection for a block, each statement being its own transaction; errors are the library's."""
        return Pret(self)

    @contextmanager
    def ecrire(self) -> Iterator[ConnexionSqlite]:
        """Lend a connection inside a write transaction, committed at the end unless an error came.

        The lock spares the threads of this process the growing sleeps of SQLite's own waiting.
        """
        with self._ecriture.tenir(self.chemin, 2 * OCCUPE_S):
            vu = self._regarder()
            with self.lire() as connexion:
                try:
                    self._commencer(connexion, vu)
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

    def _regarder(self) -> _Journal | None:
        """Return the log as it is now, or fail with JournalRetire when it is no more the one that our connections write."""
        vu = _journal(self._fichier_du_journal)
        if self._journal is not None and (vu is None or vu.quel != self._journal) and self._ouvertes:
            self._vu = 0.0
            noter_journal_retire(self.chemin)
            raise JournalRetire(self.chemin)
        self._vu = time.monotonic()
        return vu

    def _commencer(self, connexion: ConnexionSqlite, vu: _Journal | None) -> None:
        """Begin to write; other processes are waited for as long as they get through: the log is then written."""
        while True:
            connexion.attendre_au_plus(au_plus(OCCUPE_S))
            try:
                connexion.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                if (ecrit := _journal(self._fichier_du_journal)) == vu or not au_plus(OCCUPE_S):
                    raise
                vu = ecrit
            else:
                return

    def prendre(self) -> ConnexionSqlite:
        """Take an idle connection, or open one: a `Pret` gives it back."""
        if time.monotonic() - self._vu > _VU_S:
            self._regarder()
        try:
            return self._libres.pop()
        except IndexError:
            pass
        try:
            ouverte = connecter(self.chemin, durable=self._durable)
            if not self._ouvertes:
                self._journal = None  # the last one closed: SQLite itself removed it
            self._ouvertes.add(ouverte)
            return ouverte
        except sqlite3.Error as erreur:
            raise traduire(erreur, self.chemin) from erreur

    def rendre(self, connexion: ConnexionSqlite) -> None:
        """Keep it for the next one who asks, unless it is in the middle of something."""
        if self._journal is None:
            vu = _journal(self._fichier_du_journal)
            self._journal = vu and vu.quel
        if self._fermee or connexion.in_transaction:
            self.fermer_celle(connexion)
        else:
            self._libres.append(connexion)

    def fermer_celle(self, connexion: ConnexionSqlite) -> None:
        """Close a connection that was lent."""
        self._ouvertes.discard(connexion)
        _fermer(connexion)


class Pret:
    """A connection lent for a block.

    It comes back after a block that ended well, or by an error of SQLite itself; whatever else was raised, and at
    whatever line, it is closed: it may hold a transaction, or the reading of one, that would stop every writer.
    """

    def __init__(self, reserve: ReserveSqlite) -> None:
        self._reserve = reserve

    def __enter__(self) -> ConnexionSqlite:
        self._connexion = self._reserve.prendre()
        return self._connexion

    def __exit__(self, _: object, erreur: BaseException | None, __: object) -> None:
        if erreur is None:
            self._reserve.rendre(self._connexion)
        elif isinstance(erreur, sqlite3.Error):
            self._reserve.rendre(self._connexion)
            raise traduire(erreur, self._reserve.chemin) from erreur
        else:
            self._reserve.fermer_celle(self._connexion)


def _fermer(connexion: ConnexionSqlite) -> None:
    """Close it at once; a statement that somebody still holds would otherwise keep its transaction alive."""
    with suppress(sqlite3.Error):
        connexion.rollback()
    connexion.close()


def traduire(erreur: sqlite3.Error, chemin: Path | None = None) -> DatabaseError | InterfaceError:
    """Return the library's error for the driver's; SQLite says of some disks only that they fail."""
    if chemin is not None and (dite := ce_qu_a_le_disque(erreur, chemin)) is not None:
        return OperationalError(dite)
    for classe, traduite in _TRADUCTIONS:
        if isinstance(erreur, classe):
            return traduite(str(erreur))
    return DatabaseError(str(erreur))


def ce_qu_a_le_disque(erreur: sqlite3.Error, chemin: Path) -> str | None:
    """Return what SQLite should have said of the disk of this file, of an error that only says it does not answer."""
    if getattr(erreur, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return None
    if os.statvfs(chemin.parent).f_flag & os.ST_RDONLY:
        return "attempt to write a readonly database"
    return "database or disk is full" if shutil.disk_usage(chemin.parent).free == 0 else None


_TRADUCTIONS: tuple[tuple[type[sqlite3.Error], type[DatabaseError] | type[InterfaceError]], ...] = (
    (sqlite3.IntegrityError, IntegrityError),
    (sqlite3.OperationalError, OperationalError),
    (sqlite3.ProgrammingError, ProgrammingError),
    (sqlite3.InterfaceError, InterfaceError),
)
