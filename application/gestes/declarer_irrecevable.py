"""Close an inadmissible request."""

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, exiger_dossier
from application.services import Services
from kernel.attentes import Role


class DeclarerIrrecevable(Commande):
    """Déclarer le dossier irrecevable."""

    dossier: Ref
    motif: str = Field(min_length=1, description="motif, gardé dans le coffre")


def declarer_irrecevable(commande: DeclarerIrrecevable, demande: Demande, services: Services) -> Recu:
    """Close an inadmissible request."""
    dossier_id = exiger_dossier(commande.dossier, services)
    motif = services.confier_exige(commande.motif, dossier_id, "motif")
    return services.executer(
        GESTE, Dossier, dossier_id, lambda dossier: dossier.declarer_irrecevable(motif), commande, demande
    )


GESTE = Geste("dossier", "declarer-irrecevable", DeclarerIrrecevable, declarer_irrecevable, (Role.INSTRUCTEUR,))
