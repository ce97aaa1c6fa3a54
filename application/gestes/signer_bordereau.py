"""Sign a bordereau, saying what it orders in all."""

from pydantic import Field

from aggregates.bordereau import Bordereau
from application.commandes import Commande, Demande, Montant, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import id_bordereau
from kernel.attentes import Role


class SignerBordereau(Commande):
    """Signer un bordereau de mandats, dont le signataire n’a liquidé aucune ligne."""

    bordereau: Ref
    total_centimes: Montant = Field(ge=0, description="total des mandats signés, en centimes")


def signer_bordereau(commande: SignerBordereau, demande: Demande, services: Services) -> Recu:
    """Sign every line at once."""
    bordereau_id = id_bordereau(commande.bordereau)
    services.store.charger_existant(Bordereau, bordereau_id, commande.bordereau)
    return services.executer(
        GESTE,
        Bordereau,
        bordereau_id,
        lambda bordereau: bordereau.signer(commande.total_centimes),
        commande,
        demande,
        chaud=True,
    )


GESTE = Geste("bordereau", "signer", SignerBordereau, signer_bordereau, (Role.ORDONNATEUR,))
