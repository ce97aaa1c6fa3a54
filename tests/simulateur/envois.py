"""What people type of a document: the pièces it asks, how it is delivered, the copy of an accusé delivered elsewhere."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from aggregates.dossier.ecrits import EtatDocument
from application.commandes import FichierRecu
from tests.simulateur.situe import Options, Situe


def _ecrire(rng: Random) -> dict[str, Any]:
    """Return how a document is delivered; one address in three is refused."""
    adresse = rng.choice(("contact@exemple.invalid", "contact@exemple.invalid", "contact@refuse.invalid"))
    return rng.choice(({"canal": "courriel", "courriel": adresse}, {"canal": "main_propre"}))


def _demander_pieces(s: Situe) -> Options:
    exigees = [piece.code for piece in s.etat.pieces_exigees]
    manquantes = [code for code in exigees if not s.etat.tenues(code)] or exigees
    choisies = s.rng.sample(manquantes, s.rng.randint(1, len(manquantes)))
    demande = {"pieces": ",".join(sorted(choisies)), "delai": s.rng.choice(("8 jours", "15 jours"))}
    return {"dossier": s.etat.ref, **demande, **(_ecrire(s.rng) if s.rng.random() < 0.3 else {})}


def _copie(s: Situe) -> Options:
    """Return the copy of an accusé delivered elsewhere; one in four lacks the remedies."""
    fichier = FichierRecu("accuse.txt", f"copie {s.etat.ref}".encode())
    recours = s.rng.choice(("oui", "oui", "oui", "non"))
    return {"dossier": s.etat.ref, "fichier": fichier, "voies_de_recours": recours}


def _remise(s: Situe) -> Options:
    """Return the copy of a demande that the applicant has, of those that wait."""
    attendues = list(s.etat.a_remettre)
    if not attendues:
        return None
    demande = s.rng.choice(attendues)
    lettre = FichierRecu("lettre.txt", f"lettre {s.etat.ref} {demande}".encode())
    return {"dossier": s.etat.ref, "demande": demande, "fichier": lettre}


def _preuve(s: Situe) -> Options:
    """Return the proof that a rejet, of the request or of the recours that is awaited, was notified."""
    recours = {"recours": s.objet} if s.objet.isdigit() else {}
    return {**(_copie(s) or {}), **recours}


def _reexpedier(s: Situe) -> Options:
    refuses = [lu.edition for lu in s.etat.documents.values() if lu.etat is EtatDocument.REFUSE]
    return {"dossier": s.etat.ref, "edition": str(s.rng.choice(refuses)), **_ecrire(s.rng)} if refuses else None


ENVOIS: Final[dict[str, Callable[[Situe], Options]]] = {
    "dossier demander-pieces": _demander_pieces,
    "dossier accuser-reception": lambda s: {"dossier": s.etat.ref, **_ecrire(s.rng)},
    "dossier enregistrer-accuse": _copie,
    "dossier enregistrer-remise": _remise,
    "dossier envoyer-demande-avis": lambda s: {
        "dossier": s.etat.ref,
        "aupres_de": s.objet or "ville",
        **_ecrire(s.rng),
    },
    "dossier notifier-rejet": lambda s: {"dossier": s.etat.ref, **_ecrire(s.rng)},
    "dossier enregistrer-notification": _preuve,
    "dossier reexpedier": _reexpedier,
}
