"""The deliberating body: who sits, since when, by which act. One stream per assembly."""

from aggregates.assemblee.assemblee import Assemblee, Composition, attentes

__all__ = ["Assemblee", "Composition", "attentes"]
