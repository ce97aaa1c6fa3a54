"""The documents of a dossier, as its page and programs list them."""

from typing import Any

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.ecrits import NatureDocument
from aggregates.dossier.envois import TITRES
from aggregates.dossier.notification import rejet_a_dire
from application.services import Services
from kernel.identifiants import identifiant
from kernel.instants import rfc3339


def projets(services: Services, dossier: Dossier) -> list[tuple[str, str]]:
    """Return the documents that may be looked at before they are produced: their code, and what people call them.

    None before the institution said which service answers: nothing of it would be invented.
    """
    if dossier.silence is None:
        return []
    if services.store.charger(Campagne, identifiant("campagne", dossier.campagne)).service is None:
        return []
    natures = [NatureDocument.REJET] * rejet_a_dire(dossier)
    if dossier.tient_encore:
        natures += [NatureDocument.ACCUSE] * dossier.a_accuser
        natures += [NatureDocument.PIECES] * bool(dossier.pieces_manquantes)
    return [(nature.value, TITRES[nature]) for nature in natures]


def documents(dossier: Dossier) -> list[dict[str, Any]]:
    """Return what was produced for a dossier, the last first: for whom, what became of it, since when."""
    return [
        {
            "edition": str(document.edition),
            "nature": document.nature.value,
            "titre": TITRES[document.nature],
            "destinataire": document.destinataire,
            "etat": document.etat.value,
            "depuis": rfc3339(document.jalon.depuis),
            "version": document.jalon.version,
            "sha256": document.sha256,
        }
        for document in reversed(dossier.documents.values())
    ]
