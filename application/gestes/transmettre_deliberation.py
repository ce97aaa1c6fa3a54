"""Record the transmission of an act to the préfet de région."""

from pydantic import Field

from aggregates.deliberation import Deliberation
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, resoudre
from application.services import Services
from kernel.attentes import Role


class TransmettreDeliberation(Commande):
    """Enregistrer la transmission au contrôle de légalité."""

    deliberation: Ref
    flux: str = Field(min_length=1, description="identifiant du flux @CTES")


def transmettre_deliberation(commande: TransmettreDeliberation, demande: Demande, services: Services) -> Recu:
    """Record the transmission of an act to the préfet de région."""
    deliberation_id = resoudre("deliberation", commande.deliberation)
    return services.executer(
        GESTE, Deliberation, deliberation_id, lambda d: d.transmettre(commande.flux), commande, demande
    )


GESTE = Geste("deliberation", "transmettre", TransmettreDeliberation, transmettre_deliberation, (Role.ASSEMBLEES,))
