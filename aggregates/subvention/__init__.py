"""The money of one award: engaged, split into échéances, each liquidated, ordered, signed and paid, until its solde."""

from aggregates.subvention import fin, liquidation, ouverture, paiement
from aggregates.subvention.etat import EcheancePrevue, EtapeDePaiement, EtatSubvention, NatureEcheance, Terme
from kernel.attentes import Attente

__all__ = ["EcheancePrevue", "EtapeDePaiement", "NatureEcheance", "Subvention", "Terme", "attentes"]


class Subvention(ouverture.Ouverture, paiement.Paiements, fin.FinDeLAide):
    """The money of one award, one per dossier: each base class is a chapter of its life."""


def attentes(subvention: EtatSubvention) -> tuple[Attente, ...]:
    """Return what is awaited; empty before it is open, and once its dossier is closed."""
    if subvention.ouverture is None:
        return ()
    if subvention.terme is not None:
        return tuple(fin.attentes(subvention))
    chapitres = (ouverture, paiement, liquidation, fin)
    return tuple(attente for chapitre in chapitres for attente in chapitre.attentes(subvention))
