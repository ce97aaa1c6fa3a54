"""Hand the payment orders over to finance."""

from pathlib import Path
from typing import Any, Final

from application.consultations.ordres import OrdreDePaiement, ordres
from application.exports.tableau import ecrivain_csv, en_decimal
from application.formules import desarmer
from application.services import Services
from dispositifs.identites import iban_masque

COLONNES: Final = (
    "reference",
    "etat",
    "bordereau",
    "subvention",
    "dossier",
    "siret",
    "denomination",
    "echeance",
    "montant",
    "iban",
)


def exporter_ordres(
    services: Services, acteur: str | None, *, vers: Path | None, bordereau: str | None = None, tous: bool = False
) -> dict[str, Any]:
    """Write the payment orders, bank details included, for their owner only; return the document, IBAN masked.

    An order whose bank details were forgotten is listed, and not written.
    """
    lus = list(ordres(services, acteur, bordereau=bordereau, tous=tous))
    retenus, sans_iban = [o for o in lus if o.iban is not None], [o for o in lus if o.iban is None]
    if vers is not None:
        with services.echanges.ecrire(vers, secret=True) as flux:
            ecrivain = ecrivain_csv(flux, COLONNES)
            for ordre in retenus:
                ecrivain.writerow(_cellules(ordre))
    return {
        "exportes": len(retenus),
        "ecartes": [ordre.reference for ordre in sans_iban],
        "montant_exporte_centimes": sum(ordre.montant_centimes for ordre in retenus),
        "montant_ecarte_centimes": sum(ordre.montant_centimes for ordre in sans_iban),
        "vers": None if vers is None else str(vers),
        "ordres": [_ordre_masque(ordre) for ordre in retenus],
    }


def _cellules(ordre: OrdreDePaiement) -> tuple[object, ...]:
    return (
        ordre.reference,
        ordre.etat.value,
        ordre.bordereau,
        ordre.subvention,
        ordre.dossier,
        ordre.siret or "",
        desarmer(ordre.denomination),
        ordre.echeance,
        en_decimal(ordre.montant_centimes),
        ordre.iban,
    )


def _ordre_masque(ordre: OrdreDePaiement) -> dict[str, Any]:
    assert ordre.iban is not None
    return {
        "reference": ordre.reference,
        "etat": ordre.etat.value,
        "bordereau": ordre.bordereau,
        "subvention": ordre.subvention,
        "dossier": ordre.dossier,
        "siret": ordre.siret,
        "denomination": ordre.denomination,
        "echeance": ordre.echeance,
        "montant_centimes": ordre.montant_centimes,
        "iban": iban_masque(ordre.iban),
    }
