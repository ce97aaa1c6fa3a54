"""Correct what was recorded of a tiers."""

from pydantic import Field

from aggregates.tiers import Tiers
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.gestes.enregistrer_tiers import resoudre_tiers
from application.services import Services
from dispositifs.identites import verifier_rna
from kernel.attentes import Role


class CorrigerTiers(Commande):
    """Corriger la dénomination ou le numéro RNA d’un tiers."""

    tiers: Ref
    denomination: str = Field(min_length=1, max_length=300, description="dénomination de la personne morale")
    rna: str | None = Field(default=None, description="numéro RNA d’une association")


def corriger_tiers(commande: CorrigerTiers, demande: Demande, services: Services) -> Recu:
    """Record a correction that names the fact it corrects."""
    rna = verifier_rna(commande.rna) if commande.rna else None
    return services.executer(
        GESTE,
        Tiers,
        resoudre_tiers(commande.tiers),
        lambda tiers: tiers.corriger_identite(denomination=commande.denomination.strip(), rna=rna),
        commande,
        demande,
    )


GESTE = Geste("tiers", "corriger", CorrigerTiers, corriger_tiers, (Role.FINANCE,))
