"""Set aside a line its dossier refused."""

from pydantic import Field

from aggregates.deliberation import Deliberation
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, Reference, resoudre
from application.gestes.voter_deliberation import trouver_ligne
from application.services import Services
from kernel.attentes import Role


class EcarterLigne(Commande):
    """Écarter du rapport une ligne que son dossier a refusée."""

    deliberation: Ref
    ligne: Reference = Field(description="numéro de la ligne, ou du dossier")
    motif: str = Field(min_length=1, description="motif, gardé dans le coffre")


def ecarter_ligne(commande: EcarterLigne, demande: Demande, services: Services) -> Recu:
    """Set aside a line its dossier refused."""
    deliberation_id = resoudre("deliberation", commande.deliberation)

    def decider(deliberation: Deliberation) -> None:
        deliberation.exiger_preparee()
        numero = trouver_ligne(deliberation, commande.ligne)
        dossier = deliberation.ligne(numero).rapport.dossier  # forgetting a dossier forgets why its line left, too
        motif = services.confier_exige(commande.motif, dossier, "motif")
        deliberation.ecarter_ligne(numero, motif)

    return services.executer(GESTE, Deliberation, deliberation_id, decider, commande, demande)


GESTE = Geste("deliberation", "ecarter-ligne", EcarterLigne, ecarter_ligne, (Role.ASSEMBLEES,))
