"""A délibération as the assembly's service sees it: its lines, what each was given, how far the act went."""

from typing import Any

from aggregates.deliberation import Deliberation
from aggregates.deliberation.scrutin import ScrutinTenu
from application.consultations.lecture import lire
from application.consultations.moment import Moment
from application.references import resoudre
from application.services import Services
from kernel.faits import Fait


def voir(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return a délibération with its lines, or refuse with ReferenceInconnue."""
    deliberation_id = resoudre("deliberation", reference)
    connue, d = lire(services.store, Deliberation, deliberation_id, reference, moment)
    return {
        "ref": connue.ref,
        "id": str(d.id),
        "version": d.version,
        "etat": d.etat.value,
        "jour": None if d.jour is None else d.jour.isoformat(),
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
                "scrutin": _scrutin(d.votes.get(ligne.vote)),
            }
            for ligne in d.lignes.values()
        ],
        **moment.en_json(),
    }


def _scrutin(vote: Fait[Any] | None) -> dict[str, Any] | None:
    """Return the counts of a vote, and on which quorum it stood."""
    if not isinstance(vote, ScrutinTenu):
        return None
    return {
        "vote_le": vote.vote_le.isoformat(),
        **{nom: getattr(vote, nom) for nom in ("pour", "contre", "abstentions", "nppv", "requis", "en_exercice")},
        "presents": len(vote.presents),
        "preside_par": vote.preside_par,
        "voix_preponderante": vote.voix_preponderante,
    }
