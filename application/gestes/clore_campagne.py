"""Close a campaign: no dossier may be filed any more."""

from aggregates.campagne import Campagne
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, resoudre
from application.services import Services
from kernel.attentes import Role


class CloreCampagne(Commande):
    """Clore une campagne."""

    campagne: Ref


def clore_campagne(commande: CloreCampagne, demande: Demande, services: Services) -> Recu:
    """Close a campaign."""
    campagne_id = resoudre("campagne", commande.campagne)
    services.store.charger_existant(Campagne, campagne_id, commande.campagne)
    return services.executer(GESTE, Campagne, campagne_id, lambda campagne: campagne.clore(), commande, demande)


GESTE = Geste("campagne", "clore", CloreCampagne, clore_campagne, (Role.ADMINISTRATEUR,))
