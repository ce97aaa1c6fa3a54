"""Put a dossier on the agenda; sent by the délibération for each of its lines."""

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, exiger_dossier, resoudre
from application.services import Services
from kernel.attentes import Role


class Inscrire(Commande):
    """Inscrire le dossier à l’ordre du jour, sur une ligne d’un rapport."""

    dossier: Ref
    deliberation: str = Field(description="référence du rapport")
    ligne: int = Field(ge=1, description="numéro de la ligne")


def inscrire(commande: Inscrire, demande: Demande, services: Services) -> Recu:
    """Put a dossier on the agenda; sent by the délibération for each of its lines."""
    return services.executer(
        GESTE,
        Dossier,
        exiger_dossier(commande.dossier, services),
        lambda dossier: dossier.inscrire(resoudre("deliberation", commande.deliberation), commande.ligne),
        commande,
        demande,
    )


GESTE = Geste("dossier", "inscrire", Inscrire, inscrire, (Role.ASSEMBLEES,))
