"""Which dossiers a person reads: who works here reads all of them, who is outside only those that concern it.

Nobody outside has a door yet; the rules stand before the doors do. What an avis says is for who works here alone.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from aggregates.dossier import Dossier
from application.habilitations import INTERNES
from application.numeros import id_de
from application.services import Services
from kernel.attentes import Role


def _est_le_sien(dossier: Dossier, attache: str) -> bool:
    return dossier.tiers_id is not None and dossier.tiers_id == id_de("tiers", attache)


def _est_consulte(dossier: Dossier, attache: str) -> bool:
    return any(avis.de == attache for avis in dossier.avis)


LIGNES: Final[Mapping[Role, Callable[[Dossier, str], bool]]] = {
    Role.PORTEUR: _est_le_sien,
    Role.PARTENAIRE: _est_consulte,
}
"""For each role of the outside, whether a dossier concerns what the person is attached to: a tiers, or the code of a partner."""


def est_du_dehors(roles: Collection[Role]) -> bool:
    """Tell whether a person holds roles, none of them of the institution."""
    return bool(roles) and not INTERNES & frozenset(roles)


def lit(services: Services, roles: Collection[Role], attache: str, ref: str) -> bool:
    """Tell whether a person reads a dossier; refuse with ReferenceInconnue one that does not exist."""
    if not est_du_dehors(roles):
        return True
    dossier = services.trouver(Dossier, ref)
    return any(role in roles and lien(dossier, attache) for role, lien in LIGNES.items())
