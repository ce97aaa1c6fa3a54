"""The campaigns, few enough to be folded at each reading; and what keeps a file from opening one."""

from typing import Any

from aggregates.campagne import Campagne, CampagneOuverte
from application.commandes import FichierRecu
from application.consultations.voir import campagne_en_bref, entete
from application.saisie import texte_utf8
from application.services import Services
from dispositifs.campagne import lire_campagne, verifier


def lister(services: Services) -> list[dict[str, Any]]:
    """Return every campaign, by code."""
    campagnes = services.store.ayant(Campagne, CampagneOuverte)
    return sorted(({**entete(c), **campagne_en_bref(c)} for c in campagnes), key=lambda resume: str(resume["ref"]))


def verifier_fichier(fichier: FichierRecu) -> dict[str, Any]:
    """Return everything that keeps a campaign file from being opened, or refuse when it cannot be read."""
    lu = lire_campagne(texte_utf8(fichier))
    anomalies = [anomalie._asdict() for anomalie in verifier(lu)]
    return {"campagne": lu.campagne.code, "ouvrable": not anomalies, "anomalies": anomalies}
