"""All that a dossier awaits, chapter by chapter: the one list that shows and drives its time."""

from aggregates.dossier.acte.attentes import attentes as acte
from aggregates.dossier.avis.attentes import attentes as avis
from aggregates.dossier.completude.attentes import attentes as completude
from aggregates.dossier.depot.attentes import attentes as depot
from aggregates.dossier.etat import Etat, EtatDossier
from aggregates.dossier.proposition.attentes import attentes as proposition
from aggregates.dossier.silence.attentes import attentes as silence
from kernel.attentes import Attente


def attentes(dossier: EtatDossier) -> tuple[Attente, ...]:
    """Return what is awaited; empty before the dépôt, and once closed but for what silence did before."""
    if dossier.etat is Etat.BROUILLON:
        return ()
    if dossier.etat is Etat.CLOS:
        return tuple(silence(dossier))
    return tuple(a for chapitre in (depot, completude, silence, avis, proposition, acte) for a in chapitre(dossier))
