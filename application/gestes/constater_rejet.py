"""Record that the comptable refused to pay an échéance."""

from pydantic import Field

from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Entier, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import charger_subvention
from kernel.attentes import Role


class ConstaterRejet(Commande):
    """Constater le rejet d’un mandat par le comptable ; l’échéance est à liquider de nouveau."""

    subvention: Ref
    echeance: Entier = Field(ge=1, description="numéro de l’échéance")
    motif: str = Field(min_length=1, description="code du motif, par exemple coordonnees_inconnues")


def constater_rejet(commande: ConstaterRejet, demande: Demande, services: Services) -> Recu:
    """Record a rejection by its code."""
    subvention_id = charger_subvention(commande.subvention, services).id
    return services.executer(
        GESTE,
        Subvention,
        subvention_id,
        lambda s: s.constater_rejet(commande.echeance, commande.motif),
        commande,
        demande,
    )


GESTE = Geste("subvention", "constater-rejet", ConstaterRejet, constater_rejet, (Role.FINANCE,))
