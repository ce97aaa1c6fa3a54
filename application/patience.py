"""How long a wait may still last: a step of a follow-up gives up before its own time-out, everybody else as is usual.

A step that outlived its time-out would be done again while it is still at it; one that gave up is tried again, and says why.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_fin: ContextVar[float | None] = ContextVar("fin", default=None)


@contextmanager
def patience(secondes: float) -> Iterator[None]:
    """Within the block, no wait of this thread lasts beyond that many seconds from now."""
    jeton = _fin.set(time.monotonic() + secondes)
    try:
        yield
    finally:
        _fin.reset(jeton)


def au_plus(secondes: float) -> float:
    """Return how long to wait: that long, or what is left of the patience of this thread."""
    fin = _fin.get()
    return secondes if fin is None else max(0.0, min(secondes, fin - time.monotonic()))
