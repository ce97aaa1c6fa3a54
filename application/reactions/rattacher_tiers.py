"""A dossier was filed: find or create its tiers, then attach it."""

from aggregates.dossier import Dossier
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Recu
from application.geste import envoyer
from application.gestes.tiers import EnregistrerTiers
from application.services import Services


def rattacher_tiers(ordre: Ordre, services: Services) -> Recu:
    """Record the tiers by its SIRET (silent when known), then the link on the dossier."""
    dossier, ordre = lire(Dossier, ordre, services)
    commande = EnregistrerTiers(siret=dossier.siret or "", denomination=dossier.denomination)
    recu = envoyer(commande, ordre.sous_demande("tiers"), services)
    return appliquer(AUTOMATISME, Dossier, ordre, services, lambda d: d.rattacher_tiers(recu.id))


AUTOMATISME = Automatisme("dossier", "rattacher_tiers", rattacher_tiers)
