"""Ask an enveloppe that refused to engage again."""

from pydantic import Field

from aggregates.deliberation import Deliberation
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, Reference, resoudre
from application.services import Services
from kernel.attentes import Role


class RedemanderEngagement(Commande):
    """Redemander l’engagement des crédits à une enveloppe qui l’a refusé."""

    deliberation: Ref
    enveloppe: Reference = Field(description="référence de l’enveloppe")


def redemander_engagement(commande: RedemanderEngagement, demande: Demande, services: Services) -> Recu:
    """Ask an enveloppe that refused to engage again."""
    deliberation_id = resoudre("deliberation", commande.deliberation)
    return services.executer(
        GESTE,
        Deliberation,
        deliberation_id,
        lambda d: d.redemander_engagement(commande.enveloppe.strip()),
        commande,
        demande,
    )


GESTE = Geste("deliberation", "redemander-engagement", RedemanderEngagement, redemander_engagement, (Role.FINANCE,))
