"""Whether a geste fits now: it is decided on its example, and nothing of it is kept."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from application.choix import LISTES, rien_a_offrir
from application.commandes import Appel, FichierRecu
from application.declaration import Geste
from application.exemples import exemple
from application.gestes.recueil import par_leurs_titres
from application.services import Services
from kernel.refus import DejaFait, GesteImpossible, QuatreYeux, Refus
from web.formulaire.champs import GenreDeChamp, champs_de

_SANS_ID: Final = UUID(int=0)
"""Of a command that is never sent."""
_FICHIER: Final = FichierRecu("exemple", b"exemple")


def empechement(geste: Geste, ref: str, login: str, services: Services, *, attendu: bool = False) -> str | None:
    """Return why the state of what it is done on, or who asks, does not allow a geste now; None when it may be.

    What other values would change is not known here: only the refusals of the state, of the person and of the day count;
    of what the state awaits (`attendu`), of the day and of what comes first elsewhere.
    """
    if attendu:
        refus = refus_d_un_attendu(geste, ref, login, services)
        return None if refus is None else par_leurs_titres(refus.message)
    if geste.champ is None or hasattr(geste.commande, "envoyer"):
        return None
    donnees = _exemple(geste)
    essayer = partial(_essayer, geste, ref, login, services)
    try:
        nouveau = essayer(donnees)
    except Refus as refus:
        if refus.attend_un_jour:
            return par_leurs_titres(refus.message)
        # what is not of the state is of the values, which are an example: none is typed where there is no field
        de_l_etat = isinstance(refus, GesteImpossible | QuatreYeux) or not champs_de(geste)
        de_l_etat = de_l_etat or _est_fait(refus, donnees, essayer)
        return par_leurs_titres(refus.message) if de_l_etat else _rien_a_choisir(geste, ref, services)
    if not nouveau and not champs_de(geste):
        return "C’est déjà fait."
    return _rien_a_choisir(geste, ref, services)


def refus_d_un_attendu(geste: Geste, ref: str, login: str, services: Services) -> Refus | None:
    """Return why a geste that the state awaits does not fit now: its day, or what comes first elsewhere; None when it does."""
    if geste.champ is None or hasattr(geste.commande, "envoyer"):
        return None
    try:
        _essayer(geste, ref, login, services, _exemple(geste))
    except Refus as refus:
        if refus.attend_un_jour or refus.d_abord:
            return refus
    return None


def _exemple(geste: Geste) -> dict[str, Any]:
    return {nom: _FICHIER if nom == "fichier" else valeur for nom, valeur in exemple(geste).items()}


def _essayer(geste: Geste, ref: str, login: str, services: Services, donnees: Mapping[str, Any]) -> bool:
    commande = geste.lire({**donnees, geste.champ or "": ref})
    return geste.essayer(commande, Appel(acteur=login, commande_id=_SANS_ID), services)


def _est_fait(refus: Refus, donnees: Mapping[str, Any], essayer: Callable[[Mapping[str, Any]], bool]) -> bool:
    """Tell whether it is done for good: with any other text too, it was already decided otherwise."""
    if not isinstance(refus, DejaFait):
        return False
    try:
        essayer({nom: f"{valeur}-2" if isinstance(valeur, str) else valeur for nom, valeur in donnees.items()})
    except DejaFait:
        return True
    except Refus:
        return False
    return False


def _rien_a_choisir(geste: Geste, ref: str, services: Services) -> str | None:
    """Return why no form could be filled: a list to choose from is empty."""
    agregat = services.trouver(geste.cible.classe, ref)
    for champ in champs_de(geste):
        parmi = champ.choix.parmi if champ.choix and champ.genre is GenreDeChamp.CHOIX and champ.obligatoire else ""
        if parmi in LISTES and rien_a_offrir(services, parmi, agregat):
            return f"Rien à choisir : {champ.titre.lower()}."
    return None
