"""A person decided an oubli, of a dossier or of a tiers: note it away from the store, destroy the key, record that it is done."""

from collections.abc import Callable
from typing import Any, Final

from aggregates.registre import ESPECES
from application.automatisme import Automatisme, Ordre, reaction
from application.commandes import Recu
from application.services import Services
from kernel.pannes import passer

NOM: Final = "detruire_cle"


def _detruire(agregat: Any, ordre: Ordre, services: Services) -> Callable[[Any], object]:
    if agregat.oubli_a_faire is not None:
        services.fichiers.noter_oubli(ordre.id)  # first: an older copy of the store and of the coffre will not know
        passer("oublier.avant_destruction")
        services.coffre.detruire_cle(ordre.id)
        passer("oublier.apres_destruction")
    return lambda a: a.constater_cle_detruite()


def _handler(ordre: Ordre, services: Services) -> Recu:
    """Destroy the key, or refuse with GesteImpossible when nobody decided it; stopped anywhere, it is done again."""
    return reaction(ordre.agregat, NOM, ESPECES[ordre.agregat].classe)(_detruire).handler(ordre, services)


detruire_cle = Automatisme("dossier", NOM, _handler)
