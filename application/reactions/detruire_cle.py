"""A person decided an oubli: note it away from the store, destroy the key of the coffre, record that it is done."""

from dataclasses import replace

from aggregates.registre import ESPECES
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Recu
from application.services import Services
from kernel.pannes import passer


def detruire_cle(ordre: Ordre, services: Services) -> Recu:
    """Destroy the key, or refuse with GesteImpossible when nobody decided it; stopped anywhere, it is done again."""
    classe = ESPECES[ordre.agregat].classe
    agregat, ordre = lire(classe, ordre, services)
    if agregat.oubli_a_faire is not None:
        services.fichiers.noter_oubli(ordre.id)  # first: an older copy of the store and of the coffre will not know
        passer("oublier.avant_destruction")
        services.coffre.detruire_cle(ordre.id)
        passer("oublier.apres_destruction")
    geste = replace(AUTOMATISME, agregat=ordre.agregat)
    return appliquer(geste, classe, ordre, services, lambda a: a.constater_cle_detruite())


AUTOMATISME = Automatisme("dossier", "detruire_cle", detruire_cle)
"""Of a dossier or of a tiers."""
