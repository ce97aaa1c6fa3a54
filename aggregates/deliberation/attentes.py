"""All that a délibération awaits, chapter by chapter: the one list that shows and drives its time."""

from aggregates.deliberation.acte.attentes import attentes as acte
from aggregates.deliberation.etat import EtatDeliberation
from aggregates.deliberation.execution.attentes import attentes as execution
from aggregates.deliberation.preparation.attentes import attentes as preparation
from aggregates.deliberation.scrutin.attentes import attentes as scrutin
from kernel.attentes import Attente


def attentes(deliberation: EtatDeliberation) -> tuple[Attente, ...]:
    """Return what is awaited; empty once everything decided was carried."""
    return tuple(a for chapitre in (preparation, scrutin, acte, execution) for a in chapitre(deliberation))
