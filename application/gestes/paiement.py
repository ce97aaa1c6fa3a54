"""An échéance is paid: liquidated, ordered by another person, signed with its bordereau, paid or rejected."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.dossier import Dossier
from aggregates.subvention import Subvention
from aggregates.tiers import Tiers
from application.commandes import Commande, Entier
from application.geste import geste
from application.gestes.cibles import SUBVENTION, RefSubvention
from application.services import Services
from kernel.attentes import Role

Rang = Annotated[Entier, Field(ge=1, title="Échéance", description="numéro de l’échéance")]


def _coordonnees_validees(subvention: Subvention, services: Services) -> UUID | None:
    """Return the coffre id of the bank details a second person validated for its tiers, None when there are none."""
    tiers_id = subvention.tiers
    if tiers_id is None and subvention.dossier is not None:
        tiers_id = services.store.charger(Dossier, subvention.dossier).tiers_id
    return None if tiers_id is None else services.store.charger(Tiers, tiers_id).coordonnees_valides


@geste("liquider", "Liquider", Role.FINANCE, sur=SUBVENTION)
class Liquider(Commande):
    """Liquider une échéance de la subvention."""

    subvention: RefSubvention
    echeance: Rang

    def decider(self, subvention: Subvention, services: Services) -> None:
        """Reckon what is owed for an échéance, on the validated bank details of that moment."""
        subvention.liquider(self.echeance, _coordonnees_validees(subvention, services))


@geste("mandater", "Mandater", Role.ORDONNATEUR, sur=SUBVENTION)
class Mandater(Commande):
    """Mandater une échéance liquidée par une autre personne."""

    subvention: RefSubvention
    echeance: Rang

    def decider(self, subvention: Subvention, services: Services) -> None:
        """Order an échéance, if the bank details are still those of its liquidation; who liquidated it cannot."""
        subvention.mandater(self.echeance, _coordonnees_validees(subvention, services))


@geste("constater-signature", "Constater la signature du bordereau", Role.SYSTEME, sur=SUBVENTION)
class ConstaterSignature(Commande):
    """Constater la signature du bordereau d’un mandat."""

    subvention: RefSubvention
    echeance: Rang
    tentative: int = Field(title="Tentative", description="rang de la liquidation de cette échéance")
    bordereau: UUID = Field(title="Bordereau", description="le bordereau signé")

    def decider(self, subvention: Subvention, _: Services) -> None:
        """Record the signature on the attempt it is about."""
        subvention.constater_signature(self.echeance, self.tentative, self.bordereau)


@geste("constater-paiement", "Constater le paiement", Role.FINANCE, sur=SUBVENTION)
class ConstaterPaiement(Commande):
    """Constater le paiement d’une échéance par le comptable."""

    subvention: RefSubvention
    echeance: Rang

    def decider(self, subvention: Subvention, _: Services) -> None:
        """Record a payment, exactly once."""
        subvention.constater_paiement(self.echeance)


@geste("constater-rejet", "Constater le rejet", Role.FINANCE, sur=SUBVENTION)
class ConstaterRejet(Commande):
    """Constater le rejet d’un mandat par le comptable ; l’échéance est à liquider de nouveau."""

    subvention: RefSubvention
    echeance: Rang
    motif: str = Field(
        min_length=1, title="Code du motif", description="code du motif, par exemple coordonnees_inconnues"
    )

    def decider(self, subvention: Subvention, _: Services) -> None:
        """Record a rejection by its code."""
        subvention.constater_rejet(self.echeance, self.motif)
