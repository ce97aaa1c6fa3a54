"""Work done in forks of this process: what was imported once is not imported again, and nothing comes back but an answer."""

import math
import os
import pickle
import resource
import signal
import traceback
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

SURVIT, TUE, AUTREMENT, PANNE = 0, 1, 2, 70
"""How a trial ends: no test noticed; one did; it has to be made in another way; it could not be made."""
MEMOIRE_OCTETS: Final = 2 << 30
DES_MUTANTS: Final = frozenset({signal.SIGXCPU, signal.SIGSEGV, signal.SIGABRT})
"""What ends a program that loops, recurses or fills the memory; any other signal is somebody's."""
LISIBLE: Final = 2000
"""How much of a failure is told, in bytes."""
T = TypeVar("T")


def dans_une_fourche(travail: Callable[[], T]) -> T:
    """Return the answer of some work, made in a silent fork; raise RuntimeError with what went wrong there."""
    lire, ecrire = os.pipe()
    if (pid := os.fork()) == 0:
        _taire()
        try:
            dit: tuple[T | None, str] = (travail(), "")
        except BaseException:  # whatever it is, it is the parent that says it
            dit = (None, traceback.format_exc())
        with os.fdopen(ecrire, "wb") as tuyau:
            pickle.dump(dit, tuyau)
        os._exit(0)
    os.close(ecrire)
    with os.fdopen(lire, "rb") as tuyau:
        reponse, erreur = pickle.load(tuyau)  # noqa: S301  # written by ourselves
    os.waitpid(pid, 0)
    if erreur:
        raise RuntimeError(erreur)
    rendu: T = reponse
    return rendu


def issues(essais: Sequence[Callable[[], int]], processus: int) -> list[int]:
    """Return how each trial ended, each in a silent fork, so many at once; raise RuntimeError at the first that could not be made."""
    lire, ecrire = os.pipe()
    rendues: dict[int, int] = {}
    vivantes: dict[int, int] = {}
    for rang, essai in enumerate(essais):
        if len(vivantes) == processus:
            _attendre(vivantes, rendues, lire)
        if (pid := os.fork()) == 0:
            _taire()
            _borner_la_memoire()
            os._exit(_issue(essai, ecrire))
        vivantes[pid] = rang
    while vivantes:
        _attendre(vivantes, rendues, lire)
    os.close(lire)
    os.close(ecrire)
    return [rendues[rang] for rang in range(len(essais))]


def _attendre(vivantes: dict[int, int], rendues: dict[int, int], pannes: int) -> None:
    pid, etat = os.wait()
    rang = vivantes.pop(pid)
    if os.WIFSIGNALED(etat) and os.WTERMSIG(etat) not in DES_MUTANTS:
        raise RuntimeError(f"un essai s’est arrêté sur le signal {os.WTERMSIG(etat)}")
    rendues[rang] = TUE if os.WIFSIGNALED(etat) else os.WEXITSTATUS(etat)
    if rendues[rang] == PANNE:
        raise RuntimeError(os.read(pannes, LISIBLE).decode(errors="replace"))


def _issue(essai: Callable[[], int], pannes: int) -> int:
    try:
        return essai()
    except BaseException:  # whatever it is, it is the parent that says it
        os.write(pannes, traceback.format_exc().encode()[-LISIBLE:])
        return PANNE


def _taire() -> None:
    muet = os.open(os.devnull, os.O_RDWR)
    os.dup2(muet, 1)
    os.dup2(muet, 2)


def _borner_la_memoire() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMOIRE_OCTETS, MEMOIRE_OCTETS))


def borner(cpu_s: float) -> None:
    """End this process by a signal once it has used so much CPU since it began: a mutant may loop for ever."""
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(cpu_s), resource.RLIM_INFINITY))
