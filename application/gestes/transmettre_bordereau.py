"""Record that a signed bordereau was sent to the comptable."""

from pydantic import Field

from aggregates.bordereau import Bordereau
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import id_bordereau
from kernel.attentes import Role


class TransmettreBordereau(Commande):
    """Enregistrer la transmission d’un bordereau signé au comptable."""

    bordereau: Ref
    flux: str = Field(pattern=r"^[A-Za-z0-9._-]{1,80}$", description="identifiant du flux")


def transmettre_bordereau(commande: TransmettreBordereau, demande: Demande, services: Services) -> Recu:
    """Record the flow by which it was sent."""
    bordereau_id = id_bordereau(commande.bordereau)
    services.store.charger_existant(Bordereau, bordereau_id, commande.bordereau)
    return services.executer(
        GESTE, Bordereau, bordereau_id, lambda b: b.transmettre(commande.flux), commande, demande, chaud=True
    )


GESTE = Geste("bordereau", "transmettre", TransmettreBordereau, transmettre_bordereau, (Role.FINANCE,))
