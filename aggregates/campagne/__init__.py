"""One call of one dispositif for one year, under one version of its règlement."""

from aggregates.campagne.campagne import Campagne, attentes

__all__ = ["Campagne", "attentes"]
