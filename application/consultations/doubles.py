"""What one applicant asks more than once in a campagne: the same objet, whatever its case and accents."""

from collections.abc import Iterator
from functools import partial

from aggregates.dossier import Dossier
from aggregates.tiers import Tiers
from application.store import Nommes, Store, sauf_illisible
from kernel.textes import sans_accents


def memes_demandes(store: Store, dossier: Dossier, tiers: Tiers, nommes: Nommes | None = None) -> Iterator[Dossier]:
    """Yield the other dossiers of this applicant, in the same campagne, that have the same objet."""
    objet, campagne = sans_accents(dossier.objet), dossier.campagne
    for autre in tiers.demandes:
        lu = None if autre == dossier.id else sauf_illisible(partial(store.charger, Dossier, autre), nommes)
        if lu is not None and lu.campagne == campagne and sans_accents(lu.objet) == objet:
            yield lu
