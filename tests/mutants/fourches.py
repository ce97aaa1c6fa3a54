"""Work done in forks of this process: what was imported once is not imported again, and nothing comes back but an answer."""

import math
import os
import pickle
import resource
import traceback
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

SURVIT, TUE, AUTREMENT, PANNE = 0, 1, 2, 70
"""How a trial ends: no test noticed; one did; it has to be made in another way; it could not be made."""
MEMOIRE_OCTETS: Final = 2 << 30
LISIBLE: Final = 2000
"""Signs of a failure that are told: a pipe holds those of thirty at least before anybody reads."""
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
    """Return how each trial ended, each in a silent fork, so many at once. One that a signal ended noticed something."""
    lire, ecrire = os.pipe()
    rendues = [PANNE] * len(essais)
    vivantes: dict[int, int] = {}
    for rang, essai in enumerate(essais):
        if len(vivantes) == processus:
            _attendre(vivantes, rendues)
        if (pid := os.fork()) == 0:
            _taire()
            _borner_la_memoire()
            os._exit(_issue(essai, ecrire))
        vivantes[pid] = rang
    while vivantes:
        _attendre(vivantes, rendues)
    os.close(ecrire)
    with os.fdopen(lire, encoding="utf-8") as pannes:
        if PANNE in rendues:
            raise RuntimeError(pannes.read())
    return rendues


def _attendre(vivantes: dict[int, int], rendues: list[int]) -> None:
    pid, etat = os.wait()
    rendues[vivantes.pop(pid)] = TUE if os.WIFSIGNALED(etat) else os.WEXITSTATUS(etat)


def _issue(essai: Callable[[], int], pannes: int) -> int:
    try:
        return essai()
    except BaseException:  # whatever it is, it is the parent that says it
        os.write(pannes, traceback.format_exc()[-LISIBLE:].encode())
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
