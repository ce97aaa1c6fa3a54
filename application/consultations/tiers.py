"""A legal person: who it is, and whether it can be paid. Its bank details are never shown."""

from typing import Any

from aggregates.tiers import Tiers
from application.consultations.lecture import lire
from application.consultations.moment import Moment
from application.references import id_de
from application.services import Services


def voir(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return a tiers, or refuse with ReferenceInconnue."""
    tiers_id = id_de("tiers", reference)
    connu, tiers = lire(services.store, Tiers, tiers_id, reference, moment)
    return {
        "ref": connu.ref,
        "id": str(tiers.id),
        "version": tiers.version,
        "denomination": tiers.denomination,
        "siret": tiers.siret,
        "rna": None if tiers.identite is None else tiers.identite.rna,
        "coordonnees": "validees" if tiers.coordonnees_valides else "declarees" if tiers.declarees else None,
        "a_valider": tiers.declarees is not None,
        **moment.en_json(),
    }
