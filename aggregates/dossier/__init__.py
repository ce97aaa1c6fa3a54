"""One request: from its dépôt (or its take-over) to its closing."""

from aggregates.dossier import acte, avis, completude, depot, proposition, reprise, silence
from aggregates.dossier.etat import Etat, EtatDossier
from kernel.attentes import Attente

__all__ = ["Dossier", "Etat", "attentes"]


class Dossier(
    depot.Depot,
    completude.Completude,
    silence.Silence,
    avis.AvisDesPartenaires,
    proposition.Instruction,
    acte.Acte,
    reprise.Reprise,
):
    """One request by one applicant under one campaign: each base class is a chapter of its life."""


def attentes(dossier: EtatDossier) -> tuple[Attente, ...]:
    """Return what is awaited; empty before the dépôt, and once closed but for what silence did before."""
    if dossier.etat is Etat.BROUILLON:
        return ()
    if dossier.etat is Etat.CLOS:
        return tuple(silence.attentes(dossier))
    chapitres = (depot, completude, silence, avis, proposition, acte)
    return tuple(attente for chapitre in chapitres for attente in chapitre.attentes(dossier))
