"""One request: from its dépôt (or its take-over) to its closing."""

from aggregates import oubli
from aggregates.dossier import (
    acte,
    affectation,
    avis,
    completude,
    conservation,
    correction,
    depot,
    eligibilite,
    envois,
    examen,
    fin,
    financement,
    motifs,
    nature,
    notification,
    pieces,
    proposition,
    recours,
    rejet,
    reprise,
    silence,
    succession,
    teleservice,
    transmission,
    visa,
)
from aggregates.dossier.etat import Etat, EtatDossier
from kernel.attentes import Attente

__all__ = ["Dossier", "Etat", "attentes"]


class Dossier(
    depot.Depot,
    envois.Envois,
    eligibilite.EligibiliteDuDossier,
    completude.Completude,
    pieces.PiecesDuDossier,
    fin.FinDeLaDemande,
    silence.Silence,
    avis.AvisDesPartenaires,
    examen.ExamenDuDossier,
    financement.Financements,
    proposition.Instruction,
    visa.Visas,
    rejet.PropositionDeRejet,
    acte.Decision,
    nature.NatureDuDemandeur,
    recours.VoiesDeRecours,
    conservation.Conservation,
    correction.Correction,
    reprise.Reprise,
    teleservice.DuTeleservice,
    transmission.Transmission,
    succession.Succession,
    affectation.Affectation,
):
    """One request by one applicant under one campaign: each base class is a chapter of its life."""


def attentes(dossier: EtatDossier) -> tuple[Attente, ...]:
    """Return what is awaited; nothing before the dépôt, nor once closed but recours, contrôle, oubli, and what silence did."""
    if dossier.etat is Etat.BROUILLON:
        return ()
    if dossier.etat is Etat.CLOS:
        return (
            *transmission.attentes(dossier),
            *silence.attentes(dossier, None),
            *envois.en_cours(dossier),
            *recours.attentes(dossier),
            *notification.attentes(dossier),
            *conservation.attentes(dossier),
            *oubli.attentes(dossier),
        )
    suites = [
        attente for chapitre in (completude, examen, proposition, visa, acte) for attente in chapitre.attentes(dossier)
    ]
    suite = suites[0] if suites and dossier.tient_encore else None
    autour = (
        *motifs.attentes(dossier),
        *silence.attentes(dossier, suite),
        *avis.attentes(dossier),
        *teleservice.attentes(dossier),
        *recours.attentes(dossier),
        *notification.attentes(dossier),
        *conservation.attentes(dossier),
        *oubli.attentes(dossier),
    )
    return (*depot.attentes(dossier), *nature.attentes(dossier), *suites, *envois.attentes(dossier), *autour)
