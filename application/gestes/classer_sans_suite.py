"""Close an incomplete request whose délai has passed."""

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, exiger_dossier
from application.services import Services
from kernel.attentes import Role


class ClasserSansSuite(Commande):
    """Classer sans suite un dossier dont les pièces n’ont pas été produites."""

    dossier: Ref
    motif: str = Field(min_length=1, description="motif, gardé dans le coffre")


def classer_sans_suite(commande: ClasserSansSuite, demande: Demande, services: Services) -> Recu:
    """Close an incomplete request whose délai has passed."""
    dossier_id = exiger_dossier(commande.dossier, services)
    motif = services.confier_exige(commande.motif, dossier_id, "motif")
    return services.executer(
        GESTE, Dossier, dossier_id, lambda dossier: dossier.classer_sans_suite(motif), commande, demande
    )


GESTE = Geste("dossier", "classer-sans-suite", ClasserSansSuite, classer_sans_suite, (Role.INSTRUCTEUR,))
