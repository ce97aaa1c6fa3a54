"""Give back the credits kept for a rapport."""

from pydantic import Field

from aggregates.enveloppe import Enveloppe
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, Reference, exiger_rapport
from application.services import Services
from application.subventions import id_enveloppe
from kernel.attentes import Role


class LibererCredits(Commande):
    """Libérer les crédits réservés pour un rapport."""

    enveloppe: Ref
    rapport: Reference = Field(description="référence du rapport")


def liberer_credits(commande: LibererCredits, demande: Demande, services: Services) -> Recu:
    """Give back what was kept for a rapport that will not use it."""
    enveloppe_id = id_enveloppe(commande.enveloppe)
    services.store.charger_existant(Enveloppe, enveloppe_id, commande.enveloppe)
    rapport = exiger_rapport(commande.rapport, services).id
    return services.executer(
        GESTE, Enveloppe, enveloppe_id, lambda enveloppe: enveloppe.liberer(rapport), commande, demande, chaud=True
    )


GESTE = Geste("enveloppe", "liberer", LibererCredits, liberer_credits, (Role.FINANCE,))
