"""Enveloppes as the tests need them."""

from uuid import UUID

from aggregates.enveloppe import Enveloppe, LigneEngagee, Section
from tests.aggregates.fabrique import UN, id_du_texte, par

RAPPORT, AUTRE_RAPPORT, MOTIF = UUID(int=21), UUID(int=22), UUID(int=23)
DOSSIERS = tuple(UUID(int=100 + n) for n in range(10))


def une_enveloppe(*, vote: int | None) -> Enveloppe:
    """Return an open enveloppe, its budget voted or not."""
    enveloppe = par(Enveloppe(UN))
    enveloppe.ouvrir("nqe", 2026, Section.FONCTIONNEMENT)
    if vote is not None:
        enveloppe.voter_budget(vote, id_du_texte("exemple fictif"))
    return enveloppe


def lignes(*montants: int, depuis: int = 0) -> tuple[LigneEngagee, ...]:
    """Return one line per amount, for dossiers of their own."""
    return tuple(
        LigneEngagee(dossier=DOSSIERS[depuis + rang], montant_centimes=montant) for rang, montant in enumerate(montants)
    )
