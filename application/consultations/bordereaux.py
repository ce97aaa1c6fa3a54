"""Bordereaux, for who signs and who pays."""

from typing import Any

from aggregates.bordereau import Bordereau, BordereauOuvert
from aggregates.subvention import Subvention
from application.consultations.lecture import lire
from application.consultations.moment import Moment
from application.references import id_bordereau
from application.services import Services


def voir(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return a bordereau with its lines, or refuse with ReferenceInconnue."""
    bordereau_id = id_bordereau(reference)
    connu, lu = lire(services.store, Bordereau, bordereau_id, reference, moment)
    return {**_document(services, lu), "ref": connu.ref, **moment.en_json()}


def a_signer(services: Services) -> list[dict[str, Any]]:
    """Return the bordereaux that await a signature, by number."""
    ids = services.store.enregistreur.ids_par_topic(BordereauOuvert.topic)
    ouverts = [services.store.charger(Bordereau, bordereau_id) for bordereau_id in ids]
    return sorted((_document(services, b) for b in ouverts if b.signe_par is None), key=lambda d: str(d["ref"]))


def _document(services: Services, bordereau: Bordereau) -> dict[str, Any]:
    return {
        "ref": bordereau.ref,
        "id": str(bordereau.id),
        "version": bordereau.version,
        "jour": None if bordereau.jour is None else bordereau.jour.isoformat(),
        "exercice": bordereau.exercice,
        "total_centimes": bordereau.total_centimes,
        "signe_par": bordereau.signe_par,
        "lignes": [
            {
                "subvention": services.store.charger(Subvention, ligne.subvention).ref,
                "echeance": ligne.echeance,
                "tentative": ligne.tentative,
                "montant_centimes": ligne.montant_centimes,
            }
            for ligne in bordereau.lignes.values()
        ],
    }
