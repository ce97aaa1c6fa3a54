"""Order the payment of an échéance; who liquidated it cannot."""

from pydantic import Field

from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Entier, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import charger_subvention, coordonnees_validees
from kernel.attentes import Role


class Mandater(Commande):
    """Mandater une échéance liquidée par une autre personne."""

    subvention: Ref
    echeance: Entier = Field(ge=1, description="numéro de l’échéance")


def mandater(commande: Mandater, demande: Demande, services: Services) -> Recu:
    """Order an échéance, if the bank details are still those of its liquidation."""
    connue = charger_subvention(commande.subvention, services)
    coordonnees = coordonnees_validees(connue, services)
    return services.executer(
        GESTE, Subvention, connue.id, lambda s: s.mandater(commande.echeance, coordonnees), commande, demande
    )


GESTE = Geste("subvention", "mandater", Mandater, mandater, (Role.ORDONNATEUR,))
