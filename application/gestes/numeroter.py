"""Ask for the number of an act."""

from aggregates.deliberation import Deliberation
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, resoudre
from application.services import Services
from kernel.attentes import Role


class Numeroter(Commande):
    """Demander le numéro de la délibération ; le moteur l’attribue, sans trou ni double."""

    deliberation: Ref


def numeroter(commande: Numeroter, demande: Demande, services: Services) -> Recu:
    """Ask for the number of an act."""
    deliberation_id = resoudre("deliberation", commande.deliberation)
    return services.executer(GESTE, Deliberation, deliberation_id, lambda d: d.numeroter(), commande, demande)


GESTE = Geste("deliberation", "numeroter", Numeroter, numeroter, (Role.ASSEMBLEES,))
