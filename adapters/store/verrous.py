"""Locks of hot streams beside an SQLite store: one byte of one file each, freed by the kernel with its holder."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import OperationalError

from adapters.store.adresse import AdresseSqlite
from adapters.store.commun import ATTENTE_VERROU_S, VerrousDeProcessus
from application.patience import au_plus

_PAS_S = 0.001

_processus = VerrousDeProcessus()
_descripteurs: dict[Path, int] = {}
_garde = threading.Lock()


class VerrousSqlite:
    """One per recorder; within the process the lock is ours: the system's are held by a process, not by a thread."""

    def __init__(self, chemin: Path) -> None:
        self.fichier = AdresseSqlite(chemin).verrous.resolve()

    @contextmanager
    def tenir(self, identifiant: UUID, delai_s: float = ATTENTE_VERROU_S) -> Iterator[None]:
        """Hold a stream, or fail with OperationalError after the delay."""
        with _processus.tenir((self.fichier, identifiant), delai_s):
            descripteur, octet = _descripteur(self.fichier), identifiant.int % (1 << 62)
            try:
                _verrouiller(descripteur, octet, au_plus(delai_s))
                yield
            finally:
                fcntl.lockf(descripteur, fcntl.LOCK_UN, 1, octet)


def _verrouiller(descripteur: int, octet: int, delai_s: float) -> None:
    fin = time.monotonic() + delai_s
    while True:
        try:
            fcntl.lockf(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, octet)
        except (BlockingIOError, PermissionError):
            if time.monotonic() > fin:
                raise OperationalError(f"stream locked for {delai_s:.0f} s by another process") from None
            time.sleep(_PAS_S)
        else:
            return


def _descripteur(fichier: Path) -> int:
    """Return the one descriptor of this process on the file: closing any other would free all its locks."""
    with _garde:
        if fichier not in _descripteurs:
            _descripteurs[fichier] = os.open(fichier, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return _descripteurs[fichier]
