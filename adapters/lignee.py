"""A child process leaves with its parent, however that one goes."""

import ctypes
import os
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def mourir_avec_le_parent(parent: int, fin: int) -> None:
    """Ask the system, in the child, for that signal when the parent dies; elsewhere than on Linux nothing is asked."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, fin)
    if os.getppid() != parent:  # it died meanwhile
        os._exit(1)
