"""One request: from its dépôt (or its take-over) to its closing."""

from aggregates.dossier.acte.decisions import Acte
from aggregates.dossier.attentes import attentes
from aggregates.dossier.avis.decisions import AvisDesPartenaires
from aggregates.dossier.completude.decisions import Completude
from aggregates.dossier.depot.decisions import Depot
from aggregates.dossier.etat import Etat
from aggregates.dossier.proposition.decisions import Instruction
from aggregates.dossier.reprise.decisions import Reprise
from aggregates.dossier.silence.decisions import Silence

__all__ = ["Dossier", "Etat", "attentes"]


class Dossier(Depot, Completude, Silence, AvisDesPartenaires, Instruction, Acte, Reprise):
    """One request by one applicant under one campaign: each base class is a chapter of its life."""
