"""The paper an ordonnateur signs: the mandats of one day, then sent to the comptable."""

from aggregates.bordereau.attentes import attentes
from aggregates.bordereau.decisions import Bordereau
from aggregates.bordereau.etat import Ligne, reference_bordereau

__all__ = ["Bordereau", "Ligne", "attentes", "reference_bordereau"]
