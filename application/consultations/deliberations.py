"""A délibération as the assembly's service sees it: its lines, what each was given, how far the act went."""

from typing import Any

from aggregates.deliberation import Deliberation
from application.consultations.moment import Moment
from application.references import resoudre
from application.services import Services


def voir(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return a délibération with its lines, or refuse with ReferenceInconnue."""
    deliberation_id = resoudre("deliberation", reference)
    connue = services.store.charger_existant(Deliberation, deliberation_id, reference)
    d = services.store.charger_a(Deliberation, deliberation_id, au=moment.au, connu_au=moment.connu_au)
    return {
        "ref": connue.ref,
        "id": str(d.id),
        "version": d.version,
        "etat": d.etat.value,
        "numero": d.numero,
        "flux": d.flux,
        "executoire_le": None if d.executoire_le is None else d.executoire_le.isoformat(),
        "lignes": [
            {
                "ligne": ligne.rapport.ligne,
                "dossier": ligne.rapport.ref,
                "propose_centimes": ligne.rapport.montant_propose_centimes,
                "resultat": None if ligne.resultat is None else ligne.resultat.value,
                "vote_centimes": ligne.vote_centimes if ligne.votee else None,
                "portee": ligne.portee,
                "refus": ligne.refus,
            }
            for ligne in d.lignes.values()
        ],
        **moment.en_json(),
    }
