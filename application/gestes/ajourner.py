"""Take a dossier off the agenda: no act exists."""

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, Reference, exiger_dossier, exiger_rapport
from application.services import Services
from kernel.attentes import Role


class Ajourner(Commande):
    """Retirer le dossier de l’ordre du jour, sans vote."""

    dossier: Ref
    deliberation: Reference = Field(description="référence du rapport")


def ajourner(commande: Ajourner, demande: Demande, services: Services) -> Recu:
    """Take a dossier off the agenda: no act exists."""
    dossier_id = exiger_dossier(commande.dossier, services)
    rapport = exiger_rapport(commande.deliberation, services)
    return services.executer(
        GESTE,
        Dossier,
        dossier_id,
        lambda dossier: dossier.ajourner(rapport.id),
        commande,
        demande,
    )


GESTE = Geste("dossier", "ajourner", Ajourner, ajourner, (Role.ASSEMBLEES,))
