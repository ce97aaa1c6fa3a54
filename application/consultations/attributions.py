"""Every award of the store, here or taken over, as what is known of it: what a publication starts from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import chain
from uuid import UUID

from aggregates.deliberation import Deliberation
from aggregates.dossier import Dossier
from aggregates.dossier.etat import DecisionExterne
from aggregates.dossier.reprise import Repris
from aggregates.subvention import Subvention
from aggregates.subvention.etat import Terme
from aggregates.subvention.ouverture import SubventionOuverte, SubventionReprise
from aggregates.tiers import Tiers
from application.institution import REGION
from application.services import Services
from application.store import Nommes, sauf_illisible
from kernel.identifiants import identifiant
from kernel.instants import jour_de


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """One award. None is unknown, never guessed.

    The `dates_versement` of a decision taken elsewhere are the words of the file it was taken over from. `versements` are
    the dates on which it was paid, all of it; empty until then. `echeances` is the number of payments.
    """

    ref: str
    dossier: str
    reprise: bool
    renoncee: bool
    decision: DecisionExterne
    beneficiaire: str | None
    siret: str | None
    rna: str | None
    objet: str
    montant_centimes: int | None
    conditions: str | None
    echeances: int | None
    versements: tuple[date, ...]


def attributions(services: Services, nommes: Nommes | None = None) -> Iterator[Attribution]:
    """Yield every award by number, each aggregate being folded once; `nommes` takes what cannot be read."""
    store = services.store

    @cache
    def numero_d_acte(deliberation_id: UUID) -> str | None:
        return store.charger(Deliberation, deliberation_id).numero

    def connue(subvention: Subvention, dossier_id: UUID) -> Attribution:
        dossier = store.charger(Dossier, dossier_id)
        tiers_id = subvention.tiers or dossier.tiers_id
        tiers = None if tiers_id is None else store.charger(Tiers, tiers_id)
        acte = None if subvention.deliberation is None else numero_d_acte(subvention.deliberation)
        return _attribution(subvention, dossier, tiers, acte)

    paires = chain(_ouvertes(services, nommes), _sans_montant(services, nommes))
    lues = (sauf_illisible(partial(connue, *paire), nommes) for paire in paires)
    yield from sorted((lue for lue in lues if lue is not None), key=lambda attribution: attribution.dossier)


def _ouvertes(services: Services, nommes: Nommes | None) -> Iterator[tuple[Subvention, UUID]]:
    for subvention in services.store.ayant(Subvention, SubventionOuverte, SubventionReprise, nommes=nommes):
        assert subvention.dossier is not None
        yield subvention, subvention.dossier


def _sans_montant(services: Services, nommes: Nommes | None) -> Iterator[tuple[Subvention, UUID]]:
    """Yield the awards taken over whose amount is unknown: no subvention could be opened for them."""
    for dossier in services.store.ayant(Dossier, Repris, nommes=nommes):
        lire = partial(services.store.charger, Subvention, identifiant("subvention", dossier.id))
        ouverte = sauf_illisible(lire, nommes)
        if dossier.decision_externe is not None and ouverte is not None and not ouverte.existe:
            yield ouverte, dossier.id


def _attribution(subvention: Subvention, dossier: Dossier, tiers: Tiers | None, acte: str | None) -> Attribution:
    """Read each value where its owner keeps it; a tiers that no source named has its reference for a denomination."""
    reprise = subvention.reprise or not subvention.existe
    decision = (dossier.decision_externe or DecisionExterne()) if reprise else _decidee_ici(subvention, acte)
    nomme = tiers is not None and tiers.denomination != tiers.ref
    paiements = subvention.paiements.values() if subvention.tout_est_paye else ()
    return Attribution(
        ref=subvention.ref,
        dossier=dossier.ref,
        reprise=reprise,
        renoncee=subvention.terme is Terme.RENONCEE,
        decision=decision,
        beneficiaire=tiers.denomination if tiers and nomme else None,
        siret=tiers.siret if tiers else None,
        rna=tiers.identite.rna if tiers and tiers.identite else None,
        objet=subvention.objet or dossier.objet,
        montant_centimes=subvention.vote_centimes if subvention.existe else None,
        conditions=subvention.conditions,
        echeances=len(subvention.echeancier) if subvention.echeancier_valide else None,
        versements=tuple(sorted(jour_de(paiement.jalon.depuis) for paiement in paiements)),
    )


def _decidee_ici(subvention: Subvention, acte: str | None) -> DecisionExterne:
    """Return the act of the Région: money, for one beneficiary, decided on the day of the vote."""
    return DecisionExterne(
        reference=acte,
        decide_le=subvention.vote_le,
        attribuant_denomination=REGION.denomination,
        attribuant_siret=REGION.siret,
        nature="aide en numéraire",
        pourcentage="1",
    )
