"""All that a subvention awaits, chapter by chapter: the one list that shows and drives its time."""

from aggregates.subvention.etat import EtatSubvention
from aggregates.subvention.fin.attentes import attentes as fin
from aggregates.subvention.ouverture.attentes import attentes as ouverture
from aggregates.subvention.paiement.attentes import attentes as paiement
from kernel.attentes import Attente


def attentes(subvention: EtatSubvention) -> tuple[Attente, ...]:
    """Return what is awaited; empty before it is open, and once its dossier is closed."""
    if subvention.ouverture is None:
        return ()
    if subvention.terme is not None:
        return tuple(fin(subvention))
    return tuple(a for chapitre in (ouverture, paiement, fin) for a in chapitre(subvention))
