"""How many: the whole counts under `make epreuves`, less in `make test`; each test that counts says how many it made."""

import os
import time
from typing import Final

EPREUVES: Final = os.environ.get("DILIGENCE_EPREUVES") == "1"


def compte(reduit: int, entier: int) -> int:
    """Return how many: the whole count under `make epreuves`."""
    return entier if EPREUVES else reduit


def lenteur() -> float:
    """Return how many times slower than alone this machine is, over the last minute or now; never under one.

    A bound is what a drill promises on an idle machine: one that is busy with other work is slower, and right. It costs
    a tenth of a second of work: ask it once a bound is passed.
    """
    debut, travail = time.perf_counter(), time.thread_time()
    while time.thread_time() - travail < 0.1:
        pass
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1), (time.perf_counter() - debut) / 0.1)
