"""A sitting of the commission permanente: convened, opened with its presences, suspended, closed. One stream per sitting."""

from aggregates.seance.attentes import attentes
from aggregates.seance.etat import Etat
from aggregates.seance.seance import Seance

__all__ = ["Etat", "Seance", "attentes"]
