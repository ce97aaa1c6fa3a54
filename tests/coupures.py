"""Exceptions raised where nobody expects them: at each line of given files, or in the thread of a step."""

import ctypes
import gc
import sys
import threading
from collections import Counter
from collections.abc import Callable
from opcode import opmap
from pathlib import Path
from types import FrameType
from typing import Any

from tests.epreuves import compte

RACINE = Path(__file__).parent.parent
PASSAGES = compte(1, 2)
"""How many times a line is cut: a loop, or the same command again, is not cut a thousand times."""
UNE_SUR = compte(3, 1)
"""Of the lines that are met, one in so many is cut."""
_LOAD_CONST, _SWAP = opmap["LOAD_CONST"], opmap["SWAP"]

Ligne = tuple[str, int, int]
"""File, line, and the how-manieth time it is run."""


class Coupure(Exception):
    """What is raised: the product knows nothing of it."""


def a_chaque_ligne(agir: Callable[[], object], verifier: Callable[[str], None], *chemins: str) -> set[Ligne]:
    """Act again and again, cut each time at another line of these files or folders, until each was met; verify after each.

    Return where it was cut: everywhere under `make epreuves`, else one line in `UNE_SUR`.
    """
    suivis = tuple(str(RACINE / chemin) for chemin in chemins)
    coupees: set[Ligne] = set()
    vues: set[Ligne] = set()
    while (coupee := _couper(agir, suivis, vues)) is not None:
        coupees.add(coupee)
        verifier(f"{Path(coupee[0]).relative_to(RACINE)}:{coupee[1]}")
    gc.collect()  # what was cut is closed here, not in a test that knows nothing of it
    return coupees


def _couper(agir: Callable[[], object], suivis: tuple[str, ...], vues: set[Ligne]) -> Ligne | None:
    """Act until a line that was never met is to be cut, and raise there; return it, None when nothing was left to cut."""
    passages: Counter[tuple[str, int]] = Counter()
    coupee: Ligne | None = None

    def tracer(cadre: FrameType, evenement: str, _: Any) -> Callable[..., Any] | None:
        nonlocal coupee
        fichier = cadre.f_code.co_filename
        if not fichier.startswith(suivis):
            return None
        if evenement == "line" and coupee is None and not _sort_d_un_with(cadre):
            passages[fichier, cadre.f_lineno] += 1
            ligne = (fichier, cadre.f_lineno, passages[fichier, cadre.f_lineno])
            if ligne[2] <= PASSAGES and ligne not in vues:
                vues.add(ligne)
                if len(vues) % UNE_SUR == 0:
                    coupee = ligne
                    raise Coupure(str(ligne))
        return tracer

    avant = sys.gettrace()
    sys.settrace(tracer)
    try:
        agir()
    except Exception as erreur:
        if not _vient_d_une_coupure(erreur):
            erreur.add_note(f"cut at {coupee}")
            raise
    finally:
        sys.settrace(avant)
    return coupee


def _sort_d_un_with(cadre: FrameType) -> bool:
    """Tell whether the line is only met again to leave its `with`: Python itself never raises there."""
    code, ici = cadre.f_code, cadre.f_lasti
    if code.co_code[ici] == _SWAP:
        ici += 2
    rien = bytes((_LOAD_CONST, code.co_code[ici + 1]))
    return code.co_code[ici : ici + 6] == 3 * rien and code.co_consts[rien[1]] is None


def _vient_d_une_coupure(erreur: BaseException | None) -> bool:
    while erreur is not None:
        if isinstance(erreur, Coupure):
            return True
        erreur = erreur.__cause__ or erreur.__context__
    return False


def couper(fil: threading.Thread) -> None:
    """Raise in another thread, as soon as it runs Python again: what Temporal does to a step that times out."""
    assert fil.ident is not None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(fil.ident), ctypes.py_object(Coupure))
