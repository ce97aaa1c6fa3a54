"""What the règlement of a campagne calls its pièces, its criteria and its services: read from the store."""

from collections.abc import Callable
from functools import cache, partial
from uuid import UUID

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from application.libelles import SANS, Appellations
from application.store import Store, sauf_illisible
from dispositifs.reglement import Reglement
from kernel.identifiants import identifiant


def libelles_de(store: Store, campagne: str) -> Appellations:
    """Return what the règlement of a campagne calls its pièces, criteria and services, the last version first."""
    lue = sauf_illisible(partial(store.charger, Campagne, identifiant("campagne", campagne)))
    if lue is None or lue.reglement is None:
        return SANS
    return Appellations.de([lue.reglement, *(Reglement.relire(revise.reglement) for _, revise in lue.revisions)])


def libelles_par_campagne(store: Store) -> Callable[[str | None], Appellations]:
    """Return what gives those of a campagne, each read once; none of no campagne."""
    return cache(lambda campagne: libelles_de(store, campagne) if campagne else SANS)


def libelles_sur(
    store: Store, espece: str, identifiant_lu: UUID, par_campagne: Callable[[str | None], Appellations] | None = None
) -> Appellations:
    """Return those that the facts of an aggregate are said with: a dossier has its campagne."""
    if espece != Dossier.nom:
        return SANS
    dossier = sauf_illisible(partial(store.a_ses_debuts, Dossier, identifiant_lu))
    return SANS if dossier is None else (par_campagne or partial(libelles_de, store))(dossier.campagne)
