"""Tell once more the signature of a bordereau to the subventions that refused it."""

from aggregates.bordereau import Bordereau
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import id_bordereau
from kernel.attentes import Role


class RelancerSignature(Commande):
    """Porter de nouveau la signature d’un bordereau aux subventions qui l’ont refusée."""

    bordereau: Ref


def relancer_signature(commande: RelancerSignature, demande: Demande, services: Services) -> Recu:
    """Put the refused lines of a bordereau back among those to carry."""
    bordereau_id = id_bordereau(commande.bordereau)
    services.store.charger_existant(Bordereau, bordereau_id, commande.bordereau)
    return services.executer(
        GESTE, Bordereau, bordereau_id, lambda bordereau: bordereau.relancer(), commande, demande, chaud=True
    )


GESTE = Geste("bordereau", "relancer", RelancerSignature, relancer_signature, (Role.FINANCE,))
