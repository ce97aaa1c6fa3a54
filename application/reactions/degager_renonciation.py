"""The beneficiary gave up: release the credits engaged for the award."""

from aggregates.subvention import Subvention
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Recu
from application.geste import envoyer
from application.gestes.enveloppe import DegagerEngagement
from application.reactions.sous_commandes import sous_demande
from application.services import Services

MOTIF = "Renonciation du bénéficiaire."


def degager_renonciation(ordre: Ordre, services: Services) -> Recu:
    """Release the line of the enveloppe, then note it on the subvention."""
    subvention, ordre = lire(Subvention, ordre, services)
    commande = DegagerEngagement(enveloppe=str(subvention.enveloppe), dossier=str(subvention.dossier), motif=MOTIF)
    envoyer(commande, sous_demande(ordre, "degagement"), services)
    return appliquer(AUTOMATISME, Subvention, ordre, services, lambda s: s.constater_degagement())


AUTOMATISME = Automatisme("subvention", "degager_engagement", degager_renonciation)
