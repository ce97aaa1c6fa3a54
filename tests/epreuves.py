"""How many: the whole counts under `make epreuves`, less in `make test`; each test that counts says how many it made."""

import os
from typing import Final

EPREUVES: Final = os.environ.get("DILIGENCE_EPREUVES") == "1"


def compte(reduit: int, entier: int) -> int:
    """Return how many: the whole count under `make epreuves`."""
    return entier if EPREUVES else reduit
