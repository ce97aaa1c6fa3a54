"""Measures, for the processes: where commands tell what they cost, and what the Temporal SDK measured."""

from adapters.mesures import MesuresPrometheus, MesuresTemporal
from adapters.temporal import tampon


def mesures_temporal() -> MesuresTemporal:
    """Return what empties the buffer of the SDK; one reader per process."""
    return MesuresTemporal(tampon())


__all__ = ["MesuresPrometheus", "MesuresTemporal", "mesures_temporal"]
