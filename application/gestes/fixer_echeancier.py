"""Fix when an award is paid: as typed, or as the règlement of its campagne splits it."""

from pydantic import Field

from aggregates.subvention import Subvention
from aggregates.subvention.echeancier import lire_echeances
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.services import Services
from application.subventions import charger_subvention, versements_du_reglement
from kernel.attentes import Role
from kernel.refus import SaisieInvalide


class FixerEcheancier(Commande):
    """Fixer l’échéancier ; sans --echeances, celui du règlement de la campagne."""

    subvention: Ref
    echeances: str | None = Field(
        default=None, min_length=1, description="« avance:70%,solde:30% », ou des montants en euros"
    )


def fixer_echeancier(commande: FixerEcheancier, demande: Demande, services: Services) -> Recu:
    """Fix the échéancier; its parts make the whole award, the last taking the rounding."""
    connue = charger_subvention(commande.subvention, services)
    texte, source = commande.echeances, None
    if texte is None:
        versements = versements_du_reglement(connue.campagne, services)
        if versements is None:
            raise SaisieInvalide(
                "Le règlement ne fixe aucun versement : donnez --echeances « avance:70%,solde:30% ».", champ="echeances"
            )
        texte, source = versements

    def decider(subvention: Subvention, texte: str = texte, source: str | None = source) -> None:
        subvention.fixer_echeancier(lire_echeances(texte, subvention.vote_centimes), source)

    return services.executer(GESTE, Subvention, connue.id, decider, commande, demande)


GESTE = Geste("subvention", "fixer-echeancier", FixerEcheancier, fixer_echeancier, (Role.FINANCE,))
