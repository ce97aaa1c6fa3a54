"""Tell a subvention that the bordereau of its mandat is signed; sent by the bordereau for each of its lines."""

from uuid import UUID

from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import charger_subvention
from kernel.attentes import Role


class ConstaterSignature(Commande):
    """Constater la signature du bordereau d’un mandat."""

    subvention: Ref
    echeance: int
    tentative: int
    bordereau: UUID


def constater_signature(commande: ConstaterSignature, demande: Demande, services: Services) -> Recu:
    """Record the signature on the attempt it is about."""
    return services.executer(
        GESTE,
        Subvention,
        charger_subvention(commande.subvention, services).id,
        lambda s: s.constater_signature(commande.echeance, commande.tentative, commande.bordereau),
        commande,
        demande,
    )


GESTE = Geste("subvention", "constater-signature", ConstaterSignature, constater_signature, (Role.SYSTEME,))
