"""Resume a suspended sitting."""

from aggregates.seance import Seance
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, resoudre
from application.services import Services
from kernel.attentes import Role


class ReprendreSeance(Commande):
    """Reprendre une séance suspendue."""

    seance: Ref


def reprendre_seance(commande: ReprendreSeance, demande: Demande, services: Services) -> Recu:
    """Resume a suspended sitting."""
    return services.executer(
        GESTE, Seance, resoudre("seance", commande.seance), lambda seance: seance.reprendre(), commande, demande
    )


GESTE = Geste("seance", "reprendre", ReprendreSeance, reprendre_seance, (Role.ASSEMBLEES,))
