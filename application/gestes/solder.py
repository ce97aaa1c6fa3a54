"""Settle an award whose every échéance is paid."""

from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import charger_subvention
from kernel.attentes import Role


class Solder(Commande):
    """Solder une subvention entièrement payée."""

    subvention: Ref


def solder(commande: Solder, demande: Demande, services: Services) -> Recu:
    """Settle the award."""
    subvention_id = charger_subvention(commande.subvention, services).id
    return services.executer(GESTE, Subvention, subvention_id, lambda s: s.solder(), commande, demande)


GESTE = Geste("subvention", "solder", Solder, solder, (Role.FINANCE,))
