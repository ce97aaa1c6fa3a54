"""A bordereau is signed: tell each subvention, at most a hundred per pass."""

from aggregates.bordereau import Bordereau, CleDeLigne, LigneRefusee
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Recu
from application.geste import envoyer
from application.gestes.paiement import ConstaterSignature
from application.reactions.sous_commandes import LIGNES_PAR_PASSE, sous_demande
from application.services import Services
from kernel.refus import Refus


def porter_signature(ordre: Ordre, services: Services) -> Recu:
    """Tell the next subventions, then record which were told and which refused."""
    portees: list[CleDeLigne] = []
    refusees: list[LigneRefusee] = []
    bordereau, ordre = lire(Bordereau, ordre, services)
    courante = bordereau.portage is not None and bordereau.portage.version == ordre.du.ouverte_par
    for cle in bordereau.a_porter[:LIGNES_PAR_PASSE] if courante else ():
        commande = ConstaterSignature(
            subvention=str(cle.subvention), echeance=cle.echeance, tentative=cle.tentative, bordereau=ordre.id
        )
        try:
            envoyer(commande, sous_demande(ordre, "signature", *cle), services)
            portees.append(cle)
        except Refus as refus:
            refusees.append(LigneRefusee(**cle._asdict(), code=refus.code))
    return appliquer(
        AUTOMATISME, Bordereau, ordre, services, lambda b: b.porter_signature(portees, refusees), chaud=True
    )


AUTOMATISME = Automatisme("bordereau", "porter_signature", porter_signature)
