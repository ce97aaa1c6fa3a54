"""Whether a geste fits now: it is decided on its example, and nothing of it is kept."""

from typing import Final
from uuid import UUID

from application.commandes import Appel, FichierRecu
from application.declaration import Geste
from application.exemples import exemple
from application.services import Services
from kernel.refus import DejaFait, GesteImpossible, QuatreYeux, Refus
from web.formulaire.champs import GenreDeChamp, champs_de

_SANS_ID: Final = UUID(int=0)
"""Of a command that is never sent."""
_FICHIER: Final = FichierRecu("exemple", b"exemple")


def empechement(geste: Geste, ref: str, login: str, services: Services) -> str | None:
    """Return why the state of what it is done on, or who asks, does not allow a geste now; None when it may be.

    What other values would change is not known here: only the refusals of the state and of the person count.
    """
    if geste.champ is None or hasattr(geste.commande, "envoyer"):
        return None
    donnees = {nom: _FICHIER if nom == "fichier" else valeur for nom, valeur in exemple(geste).items()}
    try:
        commande = geste.lire({**donnees, geste.champ: ref})
        nouveau = geste.essayer(commande, Appel(acteur=login, commande_id=_SANS_ID), services)
    except (GesteImpossible, QuatreYeux) as refus:
        return refus.message
    except DejaFait as refus:  # of the state when only a motive is asked; else another value may be new
        return refus.message if all(c.genre is GenreDeChamp.LONG for c in champs_de(geste)) else None
    except Refus:
        return None  # of the values, which are an example
    return None if nouveau or champs_de(geste) else "C’est déjà fait."
