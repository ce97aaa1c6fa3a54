"""What an auditor asks of payments, which one aggregate alone does not tell; of the last awards that were paid."""

from collections.abc import Iterator
from datetime import date
from functools import cache, partial
from itertools import groupby
from typing import Final
from uuid import UUID

from aggregates.deliberation import Deliberation
from aggregates.subvention import Subvention
from aggregates.subvention.paiement import PaiementConstate
from aggregates.tiers import CoordonneesValidees
from application.services import Services
from application.store import sauf_illisible
from kernel.agregat import plier
from kernel.faits import Inscription
from kernel.instants import jour_de

AU_PLUS: Final = 500
"""Awards read again at each question: what is older was so when it was recent."""


def payes_avant_l_executoire(services: Services) -> list[int]:
    """Return the payments made before the day on which the act that awards them is exécutoire, or without one."""

    @cache
    def executoire_le(deliberation: UUID) -> date | None:
        lue = sauf_illisible(partial(services.store.charger, Deliberation, deliberation))
        return None if lue is None or lue.executoire is None else jour_de(lue.executoire.depuis)

    trouves = []
    for subvention, paiement, _ in _payes(services):
        if subvention.deliberation is not None:  # else decided elsewhere, and taken over
            jour = executoire_le(subvention.deliberation)
            if jour is None or jour_de(paiement.entete.effectif_le) < jour:
                trouves.append(paiement.position or 0)
    return sorted(trouves, reverse=True)


def payes_sur_un_compte_recent(services: Services, jours: int) -> list[int]:
    """Return the payments to bank details that had been validated for fewer days than that."""

    @cache
    def validees_le(tiers: UUID, coordonnees: UUID) -> date | None:
        validations = (
            jour_de(i.entete.effectif_le)
            for i in services.store.inscriptions(tiers)
            if isinstance(i.fait, CoordonneesValidees) and i.fait.coordonnees == coordonnees
        )
        return min(validations, default=None)

    trouves = []
    for subvention, paiement, fait in _payes(services):
        verse = subvention.paiements.get(fait.echeance)
        validees = verse and subvention.tiers and validees_le(subvention.tiers, verse.coordonnees)
        if validees and (jour_de(paiement.entete.effectif_le) - validees).days < jours:
            trouves.append(paiement.position or 0)
    return sorted(trouves, reverse=True)


def _payes(services: Services) -> Iterator[tuple[Subvention, Inscription, PaiementConstate]]:
    """Yield the payments of the last awards that were paid, each with its award as it is now."""
    ids = services.store.enregistreur.ids_par_topic(PaiementConstate.topic)[-AU_PLUS:]
    flux = groupby(services.store.ces_flux(ids), key=lambda i: i.entete.id)
    for identifiant, lues in flux:
        inscriptions = list(lues)
        subvention = sauf_illisible(partial(plier, Subvention, identifiant, inscriptions))
        if subvention is not None:
            for i in inscriptions:
                if isinstance(i.fait, PaiementConstate):
                    yield subvention, i, i.fait
