"""Record that the members were convened."""

from aggregates.seance import Seance
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, resoudre
from application.services import Services
from kernel.attentes import Role


class ConvoquerSeance(Commande):
    """Convoquer les membres à une séance."""

    seance: Ref


def convoquer_seance(commande: ConvoquerSeance, demande: Demande, services: Services) -> Recu:
    """Record that the members were convened."""
    return services.executer(
        GESTE, Seance, resoudre("seance", commande.seance), lambda seance: seance.convoquer(), commande, demande
    )


GESTE = Geste("seance", "convoquer", ConvoquerSeance, convoquer_seance, (Role.ASSEMBLEES,))
