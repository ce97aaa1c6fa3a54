"""What the chain of digests costs a command: the same on two stores in turns, one of which gives its facts no digest.

Both are in memory where the machine has a folder for it, and what is counted is the processor: a disk that others wait for
would hide a few hundredths.
"""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from adapters.store import sqlite
from bench.commandes import Notre, ouvrir_la_notre
from bench.mesure import Ampleur, Mesure, machine, mediane

FAITS: Final = (20, 200)
_MEMOIRE: Final = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


def chaine(ampleur: Ampleur) -> list[Mesure]:
    """Measure streams of both lengths, never read before by the process."""
    ou = _MEMOIRE if _MEMOIRE.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="diligence-banc-", dir=ou) as dossier:
        return [_mesurer(Path(dossier), faits, ampleur) for faits in FAITS]


def _mesurer(dossier: Path, faits: int, ampleur: Ampleur) -> Mesure:
    depart, flux = machine(), ampleur.choisir(12_000 // (faits + 10), 4)
    debits: dict[bool, list[float]] = {True: [], False: []}
    with ExitStack() as pile:
        cotes = {chainee: pile.enter_context(_ouvrir(dossier / f"{faits}-{chainee}.db", chainee)) for chainee in debits}
        for _ in range(ampleur.tours):
            for chainee, debit in _tour(cotes, faits, flux).items():
                debits[chainee].append(debit)
    return Mesure(
        nom=f"chaine.sqlite.{faits}",
        valeur=mediane(debits[True]),
        unite="commandes/s de processeur",
        reference="sans empreinte",
        valeur_reference=mediane(debits[False]),
        conditions=f"{faits} faits par flux, {flux} commandes par tour, {ampleur.tours} tours, en mémoire ; {depart}",
    )


@contextmanager
def _ouvrir(base: Path, chainee: bool) -> Iterator[Notre]:  # noqa: FBT001 - one of two stores
    with ouvrir_la_notre(f"sqlite:///{base}") as notre:
        if not chainee:
            with closing(sqlite3.connect(base)) as connexion:
                connexion.execute("DROP TRIGGER stored_events_chaine")  # it refuses a fact without its digest
        yield notre


def _tour(cotes: dict[bool, Notre], faits: int, flux: int) -> dict[bool, float]:
    """Send one command to each in turn, the first being now one, now the other; return those of a second of processor."""
    ids, durees = {}, dict.fromkeys(cotes, 0.0)
    for chainee, cote in cotes.items():
        with _chaine(chainee):
            ids[chainee] = cote.semer(flux, faits)
    for rang in range(flux):
        for chainee in (rang % 2 == 0, rang % 2 == 1):
            with _chaine(chainee):
                debut = time.thread_time()
                cotes[chainee].commander(ids[chainee][rang])
                durees[chainee] += time.thread_time() - debut
    return {chainee: flux / duree for chainee, duree in durees.items()}


@contextmanager
def _chaine(chainee: bool) -> Iterator[None]:  # noqa: FBT001 - one of two stores
    """Let facts have their digest, or none."""
    sans: Any = patch.object(sqlite, "empreinte", lambda *_: None)
    with nullcontext() if chainee else sans:
        yield
