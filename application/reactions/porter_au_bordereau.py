"""An échéance is ordered: put its mandat on the open bordereau of its day, once."""

from itertools import count
from uuid import UUID

from aggregates.bordereau import Bordereau, BordereauDejaSigne, Ligne, reference_bordereau
from aggregates.subvention import Subvention
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Recu
from application.geste import envoyer
from application.gestes.bordereau import AjouterAuBordereau
from application.reactions.sous_commandes import sous_demande
from application.references import id_bordereau
from application.services import Services


def porter_au_bordereau(ordre: Ordre, services: Services) -> Recu:
    """Add the mandat to the first bordereau of its day that takes it, then note it on the subvention.

    Whoever tries again finds the same bordereau: the command for each number has one id, hence one receipt.
    """
    rang = int(ordre.du.objet)
    subvention, ordre = lire(Subvention, ordre, services)
    paiement = subvention.paiements.get(rang)
    if paiement is None or paiement.jalon.version != ordre.du.ouverte_par or paiement.mandatee_le is None:
        return appliquer(AUTOMATISME, Subvention, ordre, services, lambda _: None)  # done, or overtaken: no effect
    ligne = Ligne(
        subvention=ordre.id,
        echeance=rang,
        tentative=paiement.tentative,
        montant_centimes=paiement.montant_centimes,
        liquidee_par=paiement.liquidee_par,
    )
    tentative, jour = paiement.tentative, paiement.mandatee_le
    commandes = (AjouterAuBordereau(jour=jour, rang=numero, ligne=ligne) for numero in count(1))
    bordereau, ref = next(trouve for commande in commandes if (trouve := _ajouter(commande, ordre, services)))
    return appliquer(
        AUTOMATISME, Subvention, ordre, services, lambda s: s.porter_au_bordereau(rang, tentative, bordereau, ref)
    )


def _ajouter(commande: AjouterAuBordereau, ordre: Ordre, services: Services) -> tuple[UUID, str] | None:
    """Return the bordereau that has the line, None when it was signed without it."""
    reference, cle = reference_bordereau(commande.jour, commande.rang), commande.ligne.cle
    connu = services.store.charger(Bordereau, id_bordereau(reference))
    if connu.signe_par is not None and cle not in connu.lignes:
        return None
    try:
        recu = envoyer(commande, sous_demande(ordre, "bordereau", *cle, commande.rang), services)
    except BordereauDejaSigne:
        return None
    return recu.id, reference


AUTOMATISME = Automatisme("subvention", "porter_au_bordereau", porter_au_bordereau)
