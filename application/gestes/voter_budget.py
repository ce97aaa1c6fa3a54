"""Record a vote of the budget on an enveloppe."""

from pydantic import Field

from aggregates.enveloppe import Enveloppe
from application.commandes import Commande, Demande, Montant, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import id_enveloppe
from kernel.attentes import Role


class VoterBudget(Commande):
    """Enregistrer les crédits votés ; un vote suivant ajoute son montant, ou en reprend s’il est négatif."""

    enveloppe: Ref
    montant_centimes: Montant = Field(description="crédits votés, en centimes")
    source: str = Field(min_length=1, max_length=300, description="acte budgétaire qui vote ces crédits")


def voter_budget(commande: VoterBudget, demande: Demande, services: Services) -> Recu:
    """Record a vote of the budget: its amount and its act."""
    enveloppe_id = id_enveloppe(commande.enveloppe)
    services.store.charger_existant(Enveloppe, enveloppe_id, commande.enveloppe)
    return services.executer(
        GESTE,
        Enveloppe,
        enveloppe_id,
        lambda enveloppe: enveloppe.voter_budget(commande.montant_centimes, " ".join(commande.source.split())),
        commande,
        demande,
        chaud=True,
    )


GESTE = Geste("enveloppe", "voter-budget", VoterBudget, voter_budget, (Role.FINANCE,))
