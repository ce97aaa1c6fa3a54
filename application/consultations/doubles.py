"""What one applicant asks more than once: the same objet, whatever its case and accents."""

from collections.abc import Iterator
from functools import partial

from aggregates.dossier import Dossier
from aggregates.tiers import Tiers
from application.store import Nommes, Store, sauf_illisible
from kernel.textes import sans_accents


def memes_demandes(store: Store, dossier: Dossier, tiers: Tiers, nommes: Nommes | None = None) -> Iterator[Dossier]:
    """Yield the other dossiers of this applicant, in the same campagne, that have the same objet."""
    return (autre for autre in meme_projet(store, dossier, tiers, nommes) if autre.campagne == dossier.campagne)


def meme_projet(store: Store, dossier: Dossier, tiers: Tiers, nommes: Nommes | None = None) -> Iterator[Dossier]:
    """Yield the other dossiers of this applicant, in any campagne, that have the same objet."""
    objet = sans_accents(dossier.objet)
    for autre in tiers.demandes:
        lu = None if autre == dossier.id else sauf_illisible(partial(store.charger, Dossier, autre), nommes)
        if lu is not None and sans_accents(lu.objet) == objet:
            yield lu
