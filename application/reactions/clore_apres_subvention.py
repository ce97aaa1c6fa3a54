"""Nothing is owed any more on an award: close its dossier."""

from aggregates.subvention import Subvention
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Recu
from application.geste import envoyer
from application.gestes.cloture import CloreDossier
from application.reactions.sous_commandes import sous_demande
from application.services import Services


def clore_apres_subvention(ordre: Ordre, services: Services) -> Recu:
    """Close the dossier, silently if a person did, then note it on the subvention."""
    subvention, ordre = lire(Subvention, ordre, services)
    envoyer(CloreDossier(dossier=str(subvention.dossier)), sous_demande(ordre, "cloture"), services)
    return appliquer(AUTOMATISME, Subvention, ordre, services, lambda s: s.constater_cloture())


AUTOMATISME = Automatisme("subvention", "clore_dossier", clore_apres_subvention)
