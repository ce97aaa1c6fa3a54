"""Numbers without hole or double. One stream per series and year."""

from aggregates.chrono.chrono import Chrono, attentes

__all__ = ["Chrono", "attentes"]
