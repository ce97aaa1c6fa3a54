"""Every decision was carried: engage the awards of the rapport, once per enveloppe."""

from aggregates.deliberation import Deliberation
from aggregates.deliberation.etat import EtatLigne
from aggregates.deliberation.execution import Engagement, EngagementRefuse
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Recu
from application.geste import envoyer
from application.gestes.enveloppe import EngagerEnveloppe, LigneAEngager
from application.reactions.sous_commandes import sous_demande
from application.services import Services
from kernel.refus import Refus


def engager_credits(ordre: Ordre, services: Services) -> Recu:
    """Send one `enveloppe engager` per enveloppe with all its lines, then record what each answered."""
    deliberation, ordre = lire(Deliberation, ordre, services)
    engages: list[Engagement] = []
    refuses: list[EngagementRefuse] = []
    passe = deliberation.passe_credits
    courante = passe is not None and passe.version == ordre.du.ouverte_par
    for enveloppe, lignes in deliberation.a_engager.items() if courante else ():
        try:
            engages.append(_engager(enveloppe, lignes, ordre, services))
        except Refus as refus:
            refuses.append(EngagementRefuse(enveloppe=enveloppe, code=refus.code))
    return appliquer(
        AUTOMATISME,
        Deliberation,
        ordre,
        services,
        lambda d: d.constater_engagements(ordre.du.ouverte_par, engages=engages, refuses=refuses),
    )


def _engager(enveloppe: str, lignes: list[EtatLigne], ordre: Ordre, services: Services) -> Engagement:
    engagees = tuple(
        LigneAEngager(dossier=str(ligne.rapport.dossier), montant_centimes=ligne.vote_centimes) for ligne in lignes
    )
    commande = EngagerEnveloppe(enveloppe=enveloppe, deliberation=str(ordre.id), lignes=engagees)
    envoyer(commande, sous_demande(ordre, "engager", enveloppe), services)
    return Engagement(enveloppe=enveloppe, montant_centimes=sum(ligne.montant_centimes for ligne in engagees))


AUTOMATISME = Automatisme("deliberation", "engager_credits", engager_credits)
