"""Hand the payment orders over to finance."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

from application.consultations.ordres import OrdreDePaiement, ordres
from application.exports.tableau import EcrivainPourLesGens, en_decimal, marque_de
from application.services import Services
from application.store import Nommes
from dispositifs.identites import iban_masque
from kernel.refus import Refus

COLONNES: Final = tuple(champ.name.removesuffix("_centimes") for champ in fields(OrdreDePaiement))


def exporter_ordres(
    services: Services,
    acteur: str | None,
    *,
    vers: Path | None,
    bordereau: str | None = None,
    tous: bool = False,
    remplacer: bool = False,
) -> dict[str, Any]:
    """Write the payment orders, bank details included, for their owner only; return the document, IBAN masked.

    An order whose bank details were forgotten, or are not kept for its tiers, is listed, and not written; nor is
    one that needs a fact which cannot be read (`illisibles`).
    """
    nommes: Nommes = {}
    lus = list(ordres(services, acteur, bordereau=bordereau, tous=tous, nommes=nommes))
    retenus, sans_iban = [o for o in lus if o.iban is not None], [o for o in lus if o.iban is None]
    if vers is not None:
        with services.echanges.ecrire(vers, marque_de(COLONNES), remplacer=remplacer, secret=True) as flux:
            ecrivain = EcrivainPourLesGens(flux, COLONNES)
            for ordre in retenus:
                cellules = {
                    **asdict(ordre),
                    "montant_centimes": en_decimal(ordre.montant_centimes, virgule=True),
                    "reprise": "oui" if ordre.reprise else "non",
                }
                ecrivain.writerow(list(cellules.values()))
    return {
        "exportes": len(retenus),
        "ecartes": [ordre.reference for ordre in sans_iban],
        "montant_exporte_centimes": sum(ordre.montant_centimes for ordre in retenus),
        "montant_ecarte_centimes": sum(ordre.montant_centimes for ordre in sans_iban),
        "vers": None if vers is None else str(vers),
        "ordres": [_ordre_masque(ordre) for ordre in retenus],
        "illisibles": list(nommes.values()),
    }


def _ordre_masque(ordre: OrdreDePaiement) -> dict[str, Any]:
    assert ordre.iban is not None
    return {**asdict(ordre), "iban": iban_masque(ordre.iban)}


class FormatNonDisponible(Refus, code="format_non_disponible"):
    """A format that a later version will write."""


def exporter_pes() -> None:
    """Refuse with FormatNonDisponible: PES V2 needs its own pièces and its own checks."""
    raise FormatNonDisponible(
        "Le flux PES V2 n’est pas encore disponible : il arrive avec une version ultérieure. "
        "En attendant, « exporter ordres » remet les ordres de paiement aux finances.",
        format="pes",
    )
