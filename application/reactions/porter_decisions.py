"""An act has legal force: tell each dossier what was decided, open the awards. Adjourned lines do not wait for it."""

from datetime import date
from uuid import UUID

from aggregates.deliberation import Deliberation
from aggregates.deliberation.etat import EtatLigne, LigneRefusee, Resultat
from aggregates.dossier import Dossier
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Commande, Recu
from application.geste import envoyer
from application.gestes.ordre_du_jour import Ajourner
from application.gestes.subvention import OuvrirSubvention
from application.reactions.sous_commandes import LIGNES_PAR_PASSE, Interne, sous_demande
from application.services import Services
from kernel.pannes import passer
from kernel.refus import Refus

DECIDER = Interne("dossier", "decider")


class Decider(Commande):
    """Porter à un dossier la décision de l’assemblée."""

    dossier: UUID
    deliberation: UUID
    favorable: bool
    montant_vote_centimes: int
    vote_le: date


def porter_decisions(ordre: Ordre, services: Services) -> Recu:
    """Carry one pass of lines, then record which were carried; a refusal is recorded for people, not raised."""
    deliberation, ordre = lire(Deliberation, ordre, services)
    portees: list[int] = []
    refusees: list[LigneRefusee] = []
    passe = deliberation.passe_decisions
    lignes = deliberation.a_porter if passe is not None and passe.version == ordre.du.ouverte_par else []
    for ligne in lignes[:LIGNES_PAR_PASSE]:
        numero = ligne.rapport.ligne
        try:
            _porter(ligne, ordre, services)
            portees.append(numero)
        except Refus as refus:
            refusees.append(LigneRefusee(ligne=numero, code=refus.code))
        passer("porter_decisions.apres_ligne")
    return appliquer(
        AUTOMATISME,
        Deliberation,
        ordre,
        services,
        lambda d: d.constater_decisions(ordre.du.ouverte_par, portees=portees, refusees=refusees),
    )


def _porter(ligne: EtatLigne, ordre: Ordre, services: Services) -> None:
    rapport = ligne.rapport
    if ligne.resultat is Resultat.AJOURNEE or ligne.vote_le is None:
        commande = Ajourner(dossier=str(rapport.dossier), deliberation=str(ordre.id))
        envoyer(commande, sous_demande(ordre, "ajourner", rapport.ligne, ligne.vote), services)
        return
    _decider(ligne, ligne.vote_le, ordre, services)
    if ligne.attribue:
        envoyer(
            OuvrirSubvention(
                dossier=str(rapport.dossier),
                deliberation=str(ordre.id),
                tiers=None if rapport.tiers is None else str(rapport.tiers),
                montant_centimes=ligne.vote_centimes,
                vote_le=ligne.vote_le,
                campagne=rapport.campagne,
                objet=rapport.objet,
            ),
            sous_demande(ordre, "subvention", rapport.ligne, ligne.vote),
            services,
        )


def _decider(ligne: EtatLigne, vote_le: date, ordre: Ordre, services: Services) -> None:
    commande = Decider(
        dossier=ligne.rapport.dossier,
        deliberation=ordre.id,
        favorable=ligne.attribue,
        montant_vote_centimes=ligne.vote_centimes,
        vote_le=vote_le,
    )
    services.executer(
        DECIDER,
        Dossier,
        commande.dossier,
        lambda dossier: dossier.decider(
            ordre.id,
            favorable=commande.favorable,
            montant_vote_centimes=commande.montant_vote_centimes,
            vote_le=vote_le,
        ),
        commande,
        sous_demande(ordre, "decider", ligne.rapport.ligne, ligne.vote),
    )


AUTOMATISME = Automatisme("deliberation", "porter_decisions", porter_decisions)
