"""Tell a subvention that its credits are engaged; sent by the enveloppe for each line of an engagement."""

from uuid import UUID

from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import charger_subvention
from kernel.attentes import Role


class ConstaterEngagement(Commande):
    """Constater l’engagement des crédits d’une subvention."""

    subvention: Ref
    enveloppe: UUID
    montant_centimes: int


def constater_engagement(commande: ConstaterEngagement, demande: Demande, services: Services) -> Recu:
    """Record the engagement on the subvention."""
    return services.executer(
        GESTE,
        Subvention,
        charger_subvention(commande.subvention, services).id,
        lambda subvention: subvention.constater_engagement(commande.enveloppe, commande.montant_centimes),
        commande,
        demande,
    )


GESTE = Geste("subvention", "constater-engagement", ConstaterEngagement, constater_engagement, (Role.SYSTEME,))
