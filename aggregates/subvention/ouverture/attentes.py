"""What an award awaits before it can be paid."""

from collections.abc import Iterator
from datetime import timedelta

from aggregates.subvention.delai import dans_le_delai, ou_renoncer
from aggregates.subvention.etat import EtatSubvention
from kernel.attentes import Attente, Cle, Nature, Role

ENGAGEMENT_HABITUEL = timedelta(days=15)
CONVENTION_HABITUELLE = timedelta(days=30)
"""Usages of the product, not law: beyond them it is shown as stuck."""
CONVENTION = "loi n° 2000-321, art. 10 ; décret n° 2001-495, art. 1er"


def attentes(subvention: EtatSubvention) -> Iterator[Attente]:
    """Yield the engagement and the convention."""
    if subvention.ouverture is None:
        return
    version, depuis = subvention.ouverture
    if not subvention.engagee:
        engagement = Attente(
            Cle("engagement", "", version),
            de=Role.FINANCE,
            depuis=depuis,
            gestes=ou_renoncer(subvention, "engager"),
            fondement="engagement préalable à toute liquidation",
            habituelle=ENGAGEMENT_HABITUEL,
        )
        yield dans_le_delai(subvention, engagement)
    if subvention.convention_manquante:
        yield Attente(
            Cle("convention", "", version),
            de=Role.INSTRUCTEUR,
            depuis=depuis,
            gestes=ou_renoncer(subvention, "signer-convention"),
            nature=Nature.LOI,
            fondement=CONVENTION,
            habituelle=CONVENTION_HABITUELLE,
        )
