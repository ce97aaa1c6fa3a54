"""What an enveloppe awaits of the engine: what credits now cover, and the subventions to be told."""

from collections.abc import Callable
from uuid import UUID

from aggregates.dossier.etat import id_subvention_du
from aggregates.enveloppe import Enveloppe
from aggregates.enveloppe.etat import EngagementNonPorte
from application.automatisme import Ordre, par_lignes, reaction
from application.geste import envoyer
from application.gestes.subvention import ConstaterEngagement
from application.services import Services


@reaction("enveloppe", "engager_en_attente", Enveloppe, chaud=True)
def engager_en_attente(enveloppe: Enveloppe, ordre: Ordre, services: Services) -> Callable[[Enveloppe], object]:
    """Credits came back or were voted: engage the waiting rapports that they cover, in order."""
    return lambda e: e.engager_en_attente()


@reaction("enveloppe", "porter_engagement", Enveloppe, chaud=True)
def porter_engagement(enveloppe: Enveloppe, ordre: Ordre, services: Services) -> Callable[[Enveloppe], object]:
    """Credits are engaged: tell each subvention of the rapport."""
    deliberation = UUID(ordre.du.objet)
    engagement = enveloppe.engagements.get(deliberation)
    courant = engagement if engagement and engagement.jalon.version == ordre.du.ouverte_par else None
    montants = {ligne.dossier: ligne.montant_centimes for ligne in courant.lignes} if courant else {}

    def porter(dossier: UUID) -> None:
        commande = ConstaterEngagement(
            subvention=str(id_subvention_du(dossier)), enveloppe=ordre.id, montant_centimes=montants[dossier]
        )
        envoyer(commande, ordre.sous_appel("engagement", deliberation, dossier), services)

    portees, refusees = par_lignes(courant.a_porter if courant else (), porter)
    lignes = [EngagementNonPorte(dossier=dossier, code=code) for dossier, code in refusees]
    return lambda e: e.porter_engagement(deliberation, portees, lignes)
