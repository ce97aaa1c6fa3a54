"""Give an act its legal force."""

from aggregates.deliberation import Deliberation
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, resoudre
from application.services import Services
from kernel.attentes import Role


class RendreExecutoire(Commande):
    """Rendre la délibération exécutoire ; ses décisions sont alors portées aux dossiers."""

    deliberation: Ref


def rendre_executoire(commande: RendreExecutoire, demande: Demande, services: Services) -> Recu:
    """Give an act its legal force."""
    deliberation_id = resoudre("deliberation", commande.deliberation)
    return services.executer(GESTE, Deliberation, deliberation_id, lambda d: d.rendre_executoire(), commande, demande)


GESTE = Geste("deliberation", "rendre-executoire", RendreExecutoire, rendre_executoire, (Role.ASSEMBLEES,))
