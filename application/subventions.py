"""What the gestes of money share: how an award is named, the clocks and thresholds of the law, the bank details."""

from typing import Final
from uuid import UUID

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.subvention import Subvention
from aggregates.tiers import Tiers
from application.services import Services
from kernel.attentes import Delai, Nature
from kernel.identifiants import identifiant, verifier_numero

PREFIXE: Final = "SUB-"

PAIEMENT: Final = Delai(
    code="paiement",
    duree="60 jours",
    source="loi n° 2000-321, art. 10 (loi n° 2021-875) : 60 jours à compter de la notification",
    nature=Nature.LOI,
)
"""An award is paid within 60 days of its notification, unless the authority fixed other dates or an event."""

SEUIL_CONVENTION_CENTIMES: Final = 23_000_00
"""Above it a convention is compulsory (loi n° 2000-321, art. 10; décret n° 2001-495, art. 1er)."""


def reference_subvention(dossier_ref: str) -> str:
    """Return "SUB-NQE-2026-7K3F9"."""
    return PREFIXE + dossier_ref


def id_subvention(dossier_id: UUID) -> UUID:
    """Return the id of the award of a dossier: one per dossier."""
    return identifiant("subvention", str(dossier_id))


def resoudre_subvention(reference: str) -> UUID:
    """Return the id of an award: its id, its number, or the number of its dossier.

    Raises:
        ReferenceIllisible: The number is mistyped.
    """
    try:
        return UUID(reference)
    except ValueError:
        numero = verifier_numero(reference.strip().upper().removeprefix(PREFIXE))
        return id_subvention(identifiant("dossier", numero))


def charger_subvention(reference: str, services: Services) -> Subvention:
    """Return the award, or refuse with ReferenceInconnue."""
    return services.store.charger_existant(Subvention, resoudre_subvention(reference), reference)


def coordonnees_validees(subvention: Subvention, services: Services) -> UUID | None:
    """Return the coffre id of the bank details a second person validated for its tiers, None when there are none."""
    tiers_id = subvention.tiers
    if tiers_id is None and subvention.dossier is not None:
        tiers_id = services.store.charger(Dossier, subvention.dossier).tiers_id
    return None if tiers_id is None else services.store.charger(Tiers, tiers_id).coordonnees_valides


def versements_du_reglement(campagne: str, services: Services) -> tuple[str, str] | None:
    """Return the split of payments of a campagne's règlement, as text, and the règlement; None when it has none."""
    connue = services.store.charger(Campagne, identifiant("campagne", campagne))
    reglement = connue.reglement
    if connue.ouverte is None or reglement is None or reglement.versements is None:
        return None
    return reglement.versements.valeur, reglement.reference(connue.ouverte.dispositif)


def seuil_convention(campagne: str, services: Services) -> int:
    """Return the amount above which a convention is due: the law's, or the règlement's when it is stricter."""
    reglement = services.store.charger(Campagne, identifiant("campagne", campagne)).reglement
    if reglement is None or reglement.convention_seuil_centimes is None:
        return SEUIL_CONVENTION_CENTIMES
    return min(SEUIL_CONVENTION_CENTIMES, reglement.convention_seuil_centimes.valeur)


def id_bordereau(reference: str) -> UUID:
    """Return the id of a bordereau: its id, or the one derived from its number."""
    try:
        return UUID(reference)
    except ValueError:
        return identifiant("bordereau", reference.strip().upper())


def id_enveloppe(reference: str) -> UUID:
    """Return the id of an enveloppe: its id, or the one derived from its name."""
    try:
        return UUID(reference)
    except ValueError:
        return identifiant("enveloppe", reference.strip().lower())
