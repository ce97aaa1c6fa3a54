"""A rapport put to a sitting: its lines, its scrutins, its number, and what it makes happen elsewhere."""

from aggregates.deliberation.acte.decisions import Acte
from aggregates.deliberation.attentes import attentes
from aggregates.deliberation.etat import Etat
from aggregates.deliberation.execution.decisions import Execution
from aggregates.deliberation.preparation.decisions import Preparation
from aggregates.deliberation.scrutin.decisions import Vote

__all__ = ["Deliberation", "Etat", "attentes"]


class Deliberation(Preparation, Vote, Acte, Execution):
    """One rapport and its lines, one per dossier: each base class is a chapter of its life."""
