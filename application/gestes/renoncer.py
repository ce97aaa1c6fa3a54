"""Record that the beneficiary gives up an award after its vote."""

from pydantic import Field

from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import charger_subvention
from kernel.attentes import Role


class Renoncer(Commande):
    """Enregistrer la renonciation du bénéficiaire, avant tout paiement."""

    subvention: Ref
    motif: str = Field(min_length=1, description="motif, gardé dans le coffre")


def renoncer(commande: Renoncer, demande: Demande, services: Services) -> Recu:
    """Record the renunciation; the engine then releases the credits and closes the dossier."""
    connue = charger_subvention(commande.subvention, services)
    motif = services.confier_exige(commande.motif, connue.dossier or connue.id, "motif")
    return services.executer(GESTE, Subvention, connue.id, lambda s: s.renoncer(motif), commande, demande)


GESTE = Geste("subvention", "renoncer", Renoncer, renoncer, (Role.FINANCE,))
