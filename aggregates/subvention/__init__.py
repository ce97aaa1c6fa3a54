"""The money of one award: engaged, split into échéances, each liquidated, ordered, signed and paid, until its solde."""

from aggregates.subvention.attentes import attentes
from aggregates.subvention.etat import EcheancePrevue, Etape, NatureEcheance, Terme
from aggregates.subvention.fin.decisions import Fin
from aggregates.subvention.ouverture.decisions import Ouverture
from aggregates.subvention.paiement.decisions import Paiements

__all__ = ["EcheancePrevue", "Etape", "NatureEcheance", "Subvention", "Terme", "attentes"]


class Subvention(Ouverture, Paiements, Fin):
    """The money of one award, one per dossier: each base class is a chapter of its life."""
