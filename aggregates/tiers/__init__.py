"""A legal person known by its SIRET, or by a key when it was taken over without one. One stream each."""

from aggregates.tiers.tiers import Tiers, attentes

__all__ = ["Tiers", "attentes"]
