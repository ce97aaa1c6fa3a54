"""Send a proposition back to its author."""

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, exiger_dossier
from application.services import Services
from kernel.attentes import Role


class Renvoyer(Commande):
    """Renvoyer la proposition à l’instruction."""

    dossier: Ref
    motif: str = Field(min_length=1, description="motif, gardé dans le coffre")


def renvoyer(commande: Renvoyer, demande: Demande, services: Services) -> Recu:
    """Send a proposition back to its author."""
    dossier_id = exiger_dossier(commande.dossier, services)
    motif = services.confier_exige(commande.motif, dossier_id, "motif")
    return services.executer(GESTE, Dossier, dossier_id, lambda dossier: dossier.renvoyer(motif), commande, demande)


GESTE = Geste("dossier", "renvoyer", Renvoyer, renvoyer, (Role.RESPONSABLE,))
