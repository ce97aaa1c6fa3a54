"""Interrupt a sitting."""

from aggregates.seance import Seance
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, resoudre
from application.services import Services
from kernel.attentes import Role


class SuspendreSeance(Commande):
    """Suspendre la séance : rien n’est voté jusqu’à sa reprise."""

    seance: Ref


def suspendre_seance(commande: SuspendreSeance, demande: Demande, services: Services) -> Recu:
    """Interrupt a sitting."""
    return services.executer(
        GESTE, Seance, resoudre("seance", commande.seance), lambda seance: seance.suspendre(), commande, demande
    )


GESTE = Geste("seance", "suspendre", SuspendreSeance, suspendre_seance, (Role.ASSEMBLEES,))
