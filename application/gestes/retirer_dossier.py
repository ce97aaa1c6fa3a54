"""Record that the applicant gave up."""

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, exiger_dossier
from application.services import Services
from kernel.attentes import Role


class RetirerDossier(Commande):
    """Enregistrer le retrait de la demande par le porteur."""

    dossier: Ref
    motif: str = Field(min_length=1, description="motif, gardé dans le coffre")


def retirer_dossier(commande: RetirerDossier, demande: Demande, services: Services) -> Recu:
    """Record that the applicant gave up."""
    dossier_id = exiger_dossier(commande.dossier, services)
    motif = services.confier_exige(commande.motif, dossier_id, "motif")
    return services.executer(GESTE, Dossier, dossier_id, lambda dossier: dossier.retirer(motif), commande, demande)


GESTE = Geste("dossier", "retirer", RetirerDossier, retirer_dossier, (Role.INSTRUCTEUR, Role.PORTEUR))
