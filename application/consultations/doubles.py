"""Who an applicant is, by a SIREN or a RNA; and what it asks more than once: the same objet, whatever its case and accents."""

from collections.abc import Iterator
from datetime import date
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
    return (autre for autre in _autres(store, dossier, tiers, nommes) if _meme_objet(dossier, autre))


def deja_aides(store: Store, dossier: Dossier, tiers: Tiers) -> Iterator[Dossier]:
    """Yield those we aid for the same objet or the same line of cost, at the same time; by campagne, when a period is unknown.

    Aided: by a vote; or, filed before this one, by an amount that is proposed. Of two that wait, the later one is in doubt.
    """
    couts = {(c.poste, c.montant_centimes) for c in dossier.charges if c.poste and c.montant_centimes}
    for autre in _autres(store, dossier, tiers):
        propose = _propose(autre) and _ordre(autre, tiers) < _ordre(dossier, tiers)
        if not (propose or _est_vote(autre)) or not _meme_temps(dossier, autre):
            continue
        if _meme_objet(dossier, autre) or not couts.isdisjoint((c.poste, c.montant_centimes) for c in autre.charges):
            yield autre


def _autres(store: Store, dossier: Dossier, tiers: Tiers, nommes: Nommes | None = None) -> Iterator[Dossier]:
    for autre in tiers.demandes:
        lu = None if autre == dossier.id else sauf_illisible(partial(store.charger, Dossier, autre), nommes)
        if lu is not None:
            yield lu


def _meme_objet(dossier: Dossier, autre: Dossier) -> bool:
    return sans_accents(autre.objet) == sans_accents(dossier.objet)


def _meme_temps(dossier: Dossier, autre: Dossier) -> bool:
    if dossier.periode is None or autre.periode is None:
        return dossier.campagne == autre.campagne
    return dossier.periode[0] <= autre.periode[1] and autre.periode[0] <= dossier.periode[1]


def _est_vote(dossier: Dossier) -> bool:
    return dossier.issue == "attribue" or (dossier.decision is not None and dossier.decision.favorable)


def _propose(dossier: Dossier) -> bool:
    en_cours = dossier.tient_encore and dossier.decision is None
    return en_cours and dossier.proposition is not None and bool(dossier.proposition.montant_centimes)


def _ordre(dossier: Dossier, tiers: Tiers) -> tuple[date, int]:
    """Return what tells which of two was filed first: its day, then when its applicant was linked to it."""
    return dossier.depose_le or date.max, tiers.demandes.index(dossier.id) if dossier.id in tiers.demandes else 0


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
