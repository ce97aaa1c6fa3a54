"""Release the credits engaged for a dossier that will not be paid."""

from pydantic import Field

from aggregates.enveloppe import Enveloppe
from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, Reference, resoudre_dossier
from application.services import Services
from application.subventions import id_enveloppe, id_subvention
from kernel.attentes import Role


class DegagerEngagement(Commande):
    """Dégager les crédits engagés pour un dossier qui ne sera pas payé."""

    enveloppe: Ref
    dossier: Reference = Field(description="référence du dossier")
    motif: str = Field(min_length=1, description="motif, gardé dans le coffre")


def degager_engagement(commande: DegagerEngagement, demande: Demande, services: Services) -> Recu:
    """Release a line; a subvention that may still be paid keeps its credits."""
    enveloppe_id, dossier_id = id_enveloppe(commande.enveloppe), resoudre_dossier(commande.dossier)
    services.store.charger_existant(Enveloppe, enveloppe_id, commande.enveloppe)
    vivante = services.store.charger(Subvention, id_subvention(dossier_id)).vivante
    motif = services.confier_exige(commande.motif, dossier_id, "motif")
    return services.executer(
        GESTE,
        Enveloppe,
        enveloppe_id,
        lambda enveloppe: enveloppe.degager(dossier_id, motif, subvention_vivante=vivante),
        commande,
        demande,
        chaud=True,
    )


GESTE = Geste("enveloppe", "degager", DegagerEngagement, degager_engagement, (Role.FINANCE,))
