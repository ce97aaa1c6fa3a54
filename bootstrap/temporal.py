"""Temporal, for the processes: its client, its follow-ups, a local server."""

from adapters.temporal import SuivisTemporal, TemporalInjoignable, connecter, declarer_attributs
from adapters.temporal_local import ServeurLocal, demarrer_local

__all__ = ["ServeurLocal", "SuivisTemporal", "TemporalInjoignable", "connecter", "declarer_attributs", "demarrer_local"]
