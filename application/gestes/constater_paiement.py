"""Record that the comptable paid an échéance."""

from pydantic import Field

from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Entier, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import charger_subvention
from kernel.attentes import Role


class ConstaterPaiement(Commande):
    """Constater le paiement d’une échéance par le comptable."""

    subvention: Ref
    echeance: Entier = Field(ge=1, description="numéro de l’échéance")


def constater_paiement(commande: ConstaterPaiement, demande: Demande, services: Services) -> Recu:
    """Record a payment, exactly once."""
    subvention_id = charger_subvention(commande.subvention, services).id
    return services.executer(
        GESTE, Subvention, subvention_id, lambda s: s.constater_paiement(commande.echeance), commande, demande
    )


GESTE = Geste("subvention", "constater-paiement", ConstaterPaiement, constater_paiement, (Role.FINANCE,))
