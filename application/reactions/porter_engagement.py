"""Credits are engaged: tell each subvention of the rapport, at most a hundred per pass."""

from uuid import UUID

from aggregates.enveloppe import Enveloppe
from aggregates.enveloppe.etat import LigneRefusee
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Recu
from application.geste import envoyer
from application.gestes.subvention import ConstaterEngagement
from application.reactions.sous_commandes import LIGNES_PAR_PASSE, sous_demande
from application.references import id_subvention_du
from application.services import Services
from kernel.refus import Refus


def porter_engagement(ordre: Ordre, services: Services) -> Recu:
    """Tell the next subventions, then record which were told; a refusal is recorded for people, not raised."""
    deliberation = UUID(ordre.du.objet)
    enveloppe, ordre = lire(Enveloppe, ordre, services)
    engagement = enveloppe.engagements.get(deliberation)
    portees: list[UUID] = []
    refusees: list[LigneRefusee] = []
    courant = engagement is not None and engagement.jalon.version == ordre.du.ouverte_par
    montants = {ligne.dossier: ligne.montant_centimes for ligne in engagement.lignes} if engagement else {}
    for dossier in engagement.a_porter[:LIGNES_PAR_PASSE] if engagement and courant else ():
        commande = ConstaterEngagement(
            subvention=str(id_subvention_du(dossier)), enveloppe=ordre.id, montant_centimes=montants[dossier]
        )
        try:
            envoyer(commande, sous_demande(ordre, "engagement", deliberation, dossier), services)
            portees.append(dossier)
        except Refus as refus:
            refusees.append(LigneRefusee(dossier=dossier, code=refus.code))
    return appliquer(
        AUTOMATISME,
        Enveloppe,
        ordre,
        services,
        lambda e: e.porter_engagement(deliberation, portees, refusees),
        chaud=True,
    )


AUTOMATISME = Automatisme("enveloppe", "porter_engagement", porter_engagement)
