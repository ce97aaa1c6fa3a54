"""Close a sitting."""

from aggregates.seance import Seance
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, resoudre
from application.services import Services
from kernel.attentes import Role


class LeverSeance(Commande):
    """Lever la séance."""

    seance: Ref


def lever_seance(commande: LeverSeance, demande: Demande, services: Services) -> Recu:
    """Close a sitting."""
    return services.executer(
        GESTE, Seance, resoudre("seance", commande.seance), lambda seance: seance.lever(), commande, demande
    )


GESTE = Geste("seance", "lever", LeverSeance, lever_seance, (Role.ASSEMBLEES,))
