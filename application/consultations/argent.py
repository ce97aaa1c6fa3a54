"""An award and an enveloppe as finance sees them, at a date and as they were known."""

from typing import Any

from aggregates.enveloppe import Enveloppe
from aggregates.subvention import Subvention
from application.consultations.lecture import lire
from application.consultations.moment import Moment
from application.references import id_enveloppe, id_subvention
from application.services import Services


def montants(subvention: Subvention) -> dict[str, int]:
    """Return the amounts of an award, in cents, from its vote to its payment: zeros before it is open."""
    return {
        "vote_centimes": subvention.vote_centimes,
        "engage_centimes": subvention.engage_centimes,
        "liquide_centimes": subvention.liquide_centimes,
        "mandate_centimes": subvention.mandate_centimes,
        "paye_centimes": subvention.paye_centimes,
    }


def voir_subvention(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return an award with its échéances, or refuse with ReferenceInconnue."""
    subvention_id = id_subvention(reference)
    connue, s = lire(services.store, Subvention, subvention_id, reference, moment)
    return {
        "ref": connue.ref,
        "id": str(s.id),
        "version": s.version,
        "dossier": connue.dossier_ref,
        "conditions": s.conditions,
        "convention_exigee": s.convention_exigee,
        "convention_signee": s.convention is not None,
        "montants": montants(s),
        "echeances": [
            {
                "echeance": rang,
                "nature": prevue.nature.value,
                "montant_centimes": prevue.montant_centimes,
                "etape": s.paiements[rang].etape.value if rang in s.paiements else "a_liquider",
                "rejet": s.rejets[rang].motif if rang in s.rejets and rang not in s.paiements else None,
            }
            for rang, prevue in enumerate(s.echeancier, 1)
        ],
        "terme": None if s.terme is None else s.terme.value,
        **moment.en_json(),
    }


def voir_enveloppe(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return what is voted, reserved, engaged, waiting and left, in cents; refuse with ReferenceInconnue."""
    enveloppe_id = id_enveloppe(reference)
    connue, e = lire(services.store, Enveloppe, enveloppe_id, reference, moment)
    return {
        "ref": connue.ref,
        "id": str(e.id),
        "version": e.version,
        "budget_vote": e.budget_vote,
        "vote_centimes": e.vote_centimes,
        "reserve_centimes": e.reserve_centimes,
        "engage_centimes": e.engage_centimes,
        "en_attente_centimes": sum(demande.total_centimes for demande in e.en_attente.values()),
        "disponible_centimes": e.disponible_centimes,
        **moment.en_json(),
    }
