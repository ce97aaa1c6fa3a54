"""A rapport was prepared: tell each dossier that it is on the agenda."""

from aggregates.deliberation import Deliberation
from aggregates.deliberation.etat import LigneRefusee
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Recu
from application.geste import envoyer
from application.gestes.ordre_du_jour import Inscrire
from application.reactions.sous_commandes import LIGNES_PAR_PASSE, sous_demande
from application.services import Services
from kernel.refus import Refus


def inscrire_lignes(ordre: Ordre, services: Services) -> Recu:
    """Send `dossier inscrire` for one pass of lines, then record which accepted; a refusal is recorded, not raised."""
    deliberation, ordre = lire(Deliberation, ordre, services)
    inscrites: list[int] = []
    refusees: list[LigneRefusee] = []
    passe = deliberation.passe_inscription
    lignes = deliberation.a_inscrire if passe is not None and passe.version == ordre.du.ouverte_par else []
    for ligne in lignes[:LIGNES_PAR_PASSE]:
        numero = ligne.rapport.ligne
        commande = Inscrire(dossier=str(ligne.rapport.dossier), deliberation=str(ordre.id), ligne=numero)
        try:
            envoyer(commande, sous_demande(ordre, "inscrire", numero), services)
            inscrites.append(numero)
        except Refus as refus:
            refusees.append(LigneRefusee(ligne=numero, code=refus.code))
    return appliquer(
        AUTOMATISME,
        Deliberation,
        ordre,
        services,
        lambda d: d.constater_inscription(ordre.du.ouverte_par, inscrites=inscrites, refusees=refusees),
    )


AUTOMATISME = Automatisme("deliberation", "inscrire_lignes", inscrire_lignes)
