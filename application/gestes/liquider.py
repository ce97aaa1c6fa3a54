"""Reckon what is owed for an échéance, on the validated bank details of the tiers."""

from pydantic import Field

from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Entier, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import charger_subvention, coordonnees_validees
from kernel.attentes import Role


class Liquider(Commande):
    """Liquider une échéance de la subvention."""

    subvention: Ref
    echeance: Entier = Field(ge=1, description="numéro de l’échéance")


def liquider(commande: Liquider, demande: Demande, services: Services) -> Recu:
    """Liquidate an échéance on the bank details of that moment."""
    connue = charger_subvention(commande.subvention, services)
    coordonnees = coordonnees_validees(connue, services)
    return services.executer(
        GESTE, Subvention, connue.id, lambda s: s.liquider(commande.echeance, coordonnees), commande, demande
    )


GESTE = Geste("subvention", "liquider", Liquider, liquider, (Role.FINANCE,))
