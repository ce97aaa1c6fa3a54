"""Who an applicant is, by a SIREN or a RNA; and what it asks more than once: the same objet, whatever its case and accents."""

from collections.abc import Iterator
from functools import partial

from aggregates.dossier import Dossier
from aggregates.tiers import Tiers, TiersEnregistre
from application.denominations import meme_denomination
from application.store import Nommes, Store, sauf_illisible
from kernel.identifiants import identifiant
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


def tiers_sans_siret(store: Store, siret: str, rna: str | None) -> list[Tiers]:
    """Return who may be the body of a SIRET under which nobody was registered: who has it since, else who is without.

    Several: a SIREN has several établissements, known or not, and none is told from another by who has no SIRET.
    """
    if store.inscriptions(identifiant("tiers", siret)):
        return []
    connus = {
        tiers.id: tiers
        for numero in filter(None, (siret[:9], rna))
        for tiers in store.ayant(Tiers, TiersEnregistre, citant=numero)
        if tiers.est_connu_par(numero)
    }
    if a_lui := [tiers for tiers in connus.values() if tiers.siret == siret]:
        return a_lui
    sans = [tiers for tiers in connus.values() if tiers.siret is None and tiers.peut_avoir(siret)]
    return sans and sans + [tiers for tiers in connus.values() if (tiers.siret or "")[:9] == siret[:9]]


def tiers_connus(
    store: Store, denomination: str, *, siret: str | None, siren: str | None, rna: str | None
) -> list[Tiers]:
    """Return who is known by a SIREN or a RNA given without SIRET: the one registered under it, else of that name, alone.

    Several: a SIREN has several établissements, and the name tells none of them.
    """
    numeros = () if siret else tuple(filter(None, (siren, rna)))
    connus = {
        tiers.id: tiers
        for numero in numeros
        for tiers in store.ayant(Tiers, TiersEnregistre, citant=numero)
        if tiers.est_connu_par(numero)
    }
    for seuls in (
        [tiers for tiers in connus.values() if tiers.ref == numeros[0]],
        [tiers for tiers in connus.values() if meme_denomination(tiers.denomination, denomination)],
    ):
        if len(seuls) == 1:
            return seuls
    return list(connus.values())
