"""Keep credits for a rapport before its vote."""

from pydantic import Field

from aggregates.enveloppe import Enveloppe
from application.commandes import Commande, Demande, Montant, Recu
from application.geste import Geste, Ref, Reference, exiger_rapport
from application.services import Services
from application.subventions import id_enveloppe
from kernel.attentes import Role


class ReserverCredits(Commande):
    """Réserver des crédits pour un rapport, avant son vote."""

    enveloppe: Ref
    rapport: Reference = Field(description="référence du rapport")
    montant_centimes: Montant = Field(gt=0, description="montant réservé, en centimes")


def reserver_credits(commande: ReserverCredits, demande: Demande, services: Services) -> Recu:
    """Keep credits for a rapport, never more than what is free."""
    enveloppe_id = id_enveloppe(commande.enveloppe)
    services.store.charger_existant(Enveloppe, enveloppe_id, commande.enveloppe)
    rapport = exiger_rapport(commande.rapport, services).id
    return services.executer(
        GESTE,
        Enveloppe,
        enveloppe_id,
        lambda enveloppe: enveloppe.reserver(rapport, commande.montant_centimes),
        commande,
        demande,
        chaud=True,
    )


GESTE = Geste("enveloppe", "reserver", ReserverCredits, reserver_credits, (Role.FINANCE,))
