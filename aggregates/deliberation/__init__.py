"""A rapport put to a sitting: its lines, its scrutins, its number, and what it makes happen elsewhere."""

from aggregates.deliberation import acte, execution, preparation, scrutin
from aggregates.deliberation.etat import Etat, EtatDeliberation
from kernel.attentes import Attente

__all__ = ["Deliberation", "Etat", "attentes"]


class Deliberation(preparation.Preparation, scrutin.Vote, acte.Acte, execution.SuitesDeLActe):
    """One rapport and its lines, one per dossier: each base class is a chapter of its life."""


def attentes(deliberation: EtatDeliberation) -> tuple[Attente, ...]:
    """Return what is awaited; empty once everything decided was carried."""
    chapitres = (preparation, scrutin, acte, execution)
    return tuple(attente for chapitre in chapitres for attente in chapitre.attentes(deliberation))
