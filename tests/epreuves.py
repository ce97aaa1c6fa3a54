"""How many: the whole counts under `make epreuves`, less in `make test`; each test that counts says how many it made."""

import os
from typing import Final

EPREUVES: Final = os.environ.get("DILIGENCE_EPREUVES") == "1"


def compte(reduit: int, entier: int) -> int:
    """Return how many: the whole count under `make epreuves`."""
    return entier if EPREUVES else reduit


def lenteur() -> float:
    """Return how much slower than idle this machine is: programs that want a core, per core; never under one.

    A bound is what a drill promises on an idle machine: one that is busy with other work is slower, and right.
    """
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
