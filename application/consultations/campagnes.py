"""The campaigns, few enough to be folded at each reading."""

from typing import Any

from aggregates.campagne import Campagne
from aggregates.campagne.faits import CampagneOuverte
from application.commandes import Piece
from application.geste import resoudre
from application.saisie import texte_utf8
from application.services import Services
from dispositifs.campagne import lire_campagne, verifier


def lister(services: Services) -> list[dict[str, Any]]:
    """Return every campaign, by code."""
    ids = services.store.enregistreur.ids_par_topic(CampagneOuverte.topic)
    campagnes = [services.store.charger(Campagne, campagne_id) for campagne_id in ids]
    return sorted((_resume(campagne) for campagne in campagnes), key=lambda resume: str(resume["ref"]))


def voir(services: Services, reference: str) -> dict[str, Any]:
    """Return a campaign with its règlement, or refuse with ReferenceInconnue."""
    campagne = services.store.charger_existant(Campagne, resoudre("campagne", reference), reference)
    reglement = None if campagne.ouverte is None else campagne.ouverte.reglement
    return {**_resume(campagne), "reglement": reglement}


def verifier_fichier(piece: Piece) -> dict[str, Any]:
    """Return everything that keeps a campaign file from being opened, or refuse when it cannot be read."""
    lu = lire_campagne(texte_utf8(piece))
    anomalies = [anomalie.en_json() for anomalie in verifier(lu)]
    return {"campagne": lu.campagne.code, "ouvrable": not anomalies, "anomalies": anomalies}


def _resume(campagne: Campagne) -> dict[str, Any]:
    ouverte = campagne.ouverte
    assert ouverte is not None
    return {
        "ref": ouverte.ref,
        "id": str(campagne.id),
        "version": campagne.version,
        "dispositif": ouverte.dispositif,
        "exercice": ouverte.exercice,
        "nature": ouverte.nature,
        "etat": "ouverte" if campagne.close_le is None else "close",
        "ouvre_le": None if ouverte.ouvre_le is None else ouverte.ouvre_le.isoformat(),
        "ferme_le": None if ouverte.ferme_le is None else ouverte.ferme_le.isoformat(),
        "reglement_ref": ouverte.reglement_ref,
    }
