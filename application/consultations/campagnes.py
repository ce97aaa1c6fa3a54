"""The campaigns, few enough to be folded at each reading."""

from typing import Any

from aggregates.campagne import Campagne, CampagneOuverte
from application.commandes import FichierRecu
from application.consultations.lecture import lire
from application.consultations.moment import Moment
from application.references import resoudre
from application.saisie import texte_utf8
from application.services import Services
from dispositifs.campagne import lire_campagne, verifier


def lister(services: Services) -> list[dict[str, Any]]:
    """Return every campaign, by code."""
    ids = services.store.enregistreur.ids_par_topic(CampagneOuverte.topic)
    campagnes = [services.store.charger(Campagne, campagne_id) for campagne_id in ids]
    return sorted((_resume(campagne) for campagne in campagnes), key=lambda resume: str(resume["ref"]))


def voir(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return a campaign with its règlement, or refuse with ReferenceInconnue; only its name before it opened."""
    campagne_id = resoudre("campagne", reference)
    connue, lue = lire(services.store, Campagne, campagne_id, reference, moment)
    reglement = None if lue.ouverte is None else lue.ouverte.reglement
    return {**_resume(lue), "ref": connue.ref, "reglement": reglement, **moment.en_json()}


def verifier_fichier(fichier: FichierRecu) -> dict[str, Any]:
    """Return everything that keeps a campaign file from being opened, or refuse when it cannot be read."""
    lu = lire_campagne(texte_utf8(fichier))
    anomalies = [anomalie._asdict() for anomalie in verifier(lu)]
    return {"campagne": lu.campagne.code, "ouvrable": not anomalies, "anomalies": anomalies}


def _resume(campagne: Campagne) -> dict[str, Any]:
    ouverte = campagne.ouverte
    dates = {nom: getattr(ouverte, nom, None) for nom in ("ouvre_le", "ferme_le")}
    return {
        "ref": campagne.ref,
        "id": str(campagne.id),
        "version": campagne.version,
        **{nom: getattr(ouverte, nom, None) for nom in ("dispositif", "exercice", "nature")},
        "etat": "preparee" if ouverte is None else "ouverte" if campagne.close_le is None else "close",
        **{nom: None if jour is None else jour.isoformat() for nom, jour in dates.items()},
        "reglement_ref": getattr(ouverte, "reglement_ref", None),
    }
