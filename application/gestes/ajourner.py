"""Take a dossier off the agenda: no act exists."""

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, exiger_dossier, resoudre
from application.services import Services
from kernel.attentes import Role


class Ajourner(Commande):
    """Retirer le dossier de l’ordre du jour, sans vote."""

    dossier: Ref
    deliberation: str = Field(description="référence du rapport")


def ajourner(commande: Ajourner, demande: Demande, services: Services) -> Recu:
    """Take a dossier off the agenda: no act exists."""
    return services.executer(
        GESTE,
        Dossier,
        exiger_dossier(commande.dossier, services),
        lambda dossier: dossier.ajourner(resoudre("deliberation", commande.deliberation)),
        commande,
        demande,
    )


GESTE = Geste("dossier", "ajourner", Ajourner, ajourner, (Role.ASSEMBLEES,))
