"""Record that both parties signed the convention of an award."""

from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import PAIEMENT, charger_subvention
from kernel.attentes import Role


class SignerConvention(Commande):
    """Enregistrer la signature de la convention, à sa date (--le)."""

    subvention: Ref


def signer_convention(commande: SignerConvention, demande: Demande, services: Services) -> Recu:
    """Record the signature: payment may start, and its délai runs from that date."""
    subvention_id = charger_subvention(commande.subvention, services).id
    return services.executer(
        GESTE, Subvention, subvention_id, lambda s: s.signer_convention(PAIEMENT), commande, demande
    )


GESTE = Geste("subvention", "signer-convention", SignerConvention, signer_convention, (Role.INSTRUCTEUR, Role.FINANCE))
