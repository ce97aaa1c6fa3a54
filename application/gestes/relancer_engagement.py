"""Tell once more their engagement to the subventions that refused it."""

from pydantic import Field

from aggregates.enveloppe import Enveloppe
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, Reference, exiger_rapport
from application.services import Services
from application.subventions import id_enveloppe
from kernel.attentes import Role


class RelancerEngagement(Commande):
    """Porter de nouveau l’engagement d’un rapport aux subventions qui l’ont refusé."""

    enveloppe: Ref
    rapport: Reference = Field(description="référence du rapport")


def relancer_engagement(commande: RelancerEngagement, demande: Demande, services: Services) -> Recu:
    """Put the refused lines of an engagement back among those to carry."""
    enveloppe_id = id_enveloppe(commande.enveloppe)
    services.store.charger_existant(Enveloppe, enveloppe_id, commande.enveloppe)
    rapport = exiger_rapport(commande.rapport, services).id
    return services.executer(
        GESTE, Enveloppe, enveloppe_id, lambda enveloppe: enveloppe.relancer(rapport), commande, demande, chaud=True
    )


GESTE = Geste("enveloppe", "relancer", RelancerEngagement, relancer_engagement, (Role.FINANCE,))
