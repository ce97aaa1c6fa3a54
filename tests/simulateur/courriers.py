"""What a person who reads the aggregate would type of its documents: how one is delivered, the copy of one made elsewhere."""

from collections.abc import Callable
from typing import Any, Final

from aggregates.campagne import Campagne
from application.commandes import FichierRecu
from application.numeros import id_de
from kernel.attentes import Role
from scenarios.institution import SERVICE


def _remettre(copie: Any, essai: Any) -> dict[str, Any]:
    """Hand the document; the campagne first says which service answers."""
    if copie.charger(Campagne, id_de("campagne", essai.etat.campagne)).service is None:
        copie.preparer("campagne declarer-service", Role.ADMINISTRATEUR, campagne=essai.etat.campagne, **SERVICE)
    return {**essai.cible, "canal": "main_propre"}


def _reexpedier(_: Any, essai: Any) -> dict[str, Any]:
    documents = essai.etat.documents.values()
    refuse = next(str(lu.edition) for lu in documents if lu.jalon.version == essai.attente.cle.ouverte_par)
    return {**essai.cible, "edition": refuse, "canal": "main_propre"}


def _copie(_: Any, essai: Any) -> dict[str, Any]:
    fichier = FichierRecu("copie.txt", f"copie {essai.attente.cle.ouverte_par}".encode())
    return {**essai.cible, "fichier": fichier}


def _preuve(copie: Any, essai: Any) -> dict[str, Any]:
    recours = {"recours": essai.objet} if essai.objet else {}
    return {**_copie(copie, essai), "voies_de_recours": "oui", **recours}


COURRIERS: Final[dict[str, Callable[[Any, Any], dict[str, Any]]]] = {
    "dossier envoyer-transmission": lambda _, e: {
        **e.cible,
        "autorite": "Exemple",
        "destinataire": "demandeur",
        "canal": "main_propre",
    },
    "dossier aviser-transmission": _copie,
    "dossier accuser-reception": _remettre,
    "dossier notifier-rejet": _remettre,
    "dossier reexpedier": _reexpedier,
    "dossier enregistrer-accuse": lambda c, e: {**_copie(c, e), "voies_de_recours": "oui"},
    "dossier enregistrer-notification": _preuve,
    "dossier envoyer-demande-avis": lambda c, e: {**_remettre(c, e), "aupres_de": e.objet},
    "dossier enregistrer-remise": lambda c, e: {**_copie(c, e), "demande": e.attente.cle.ouverte_par},
}
