"""A sitting: its day, how far it went, who is there."""

from typing import Any

from aggregates.seance import Seance
from application.consultations.lecture import lire
from application.consultations.moment import Moment
from application.references import id_de
from application.services import Services


def voir(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return a sitting with the attendance sheet of its opening, or refuse with ReferenceInconnue."""
    seance_id = id_de("seance", reference)
    connue, seance = lire(services.store, Seance, seance_id, reference, moment)
    return {
        "ref": connue.ref,
        "id": str(seance.id),
        "version": seance.version,
        "etat": seance.etat.value,
        "jour": None if seance.jour is None else seance.jour.isoformat(),
        "presences": [
            {"membre": p.membre, "statut": p.statut, "pouvoir_a": p.pouvoir_a}
            for p in (() if seance.feuille is None else seance.feuille.presences)
        ],
        "mouvements": len(seance.mouvements),
        **moment.en_json(),
    }
