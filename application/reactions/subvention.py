"""What a subvention awaits of the engine elsewhere: a bordereau, credits given back, its dossier closed."""

from collections.abc import Callable
from itertools import count
from uuid import UUID

from aggregates.bordereau import Bordereau, BordereauDejaSigne, Ligne, reference_bordereau
from aggregates.subvention import Subvention
from application.automatisme import Ordre, reaction
from application.geste import envoyer
from application.gestes.bordereau import AjouterAuBordereau
from application.gestes.cloture import CloreDossier
from application.gestes.enveloppe import DegagerEngagement
from application.references import id_bordereau
from application.services import Services

MOTIF = "Renonciation du bénéficiaire."


@reaction("subvention", "porter_au_bordereau", Subvention)
def porter_au_bordereau(subvention: Subvention, ordre: Ordre, services: Services) -> Callable[[Subvention], object]:
    """An échéance is ordered: put its mandat on the first bordereau of its day that takes it, once.

    Whoever tries again finds the same bordereau: the command for each number has one id, hence one receipt.
    """
    rang = int(ordre.du.objet)
    paiement = subvention.paiements.get(rang)
    if paiement is None or paiement.jalon.version != ordre.du.ouverte_par or paiement.mandatee_le is None:
        return lambda _: None  # done, or overtaken: no effect
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
    return lambda s: s.porter_au_bordereau(rang, tentative, bordereau, ref)


@reaction("subvention", "degager_engagement", Subvention)
def degager_renonciation(subvention: Subvention, ordre: Ordre, services: Services) -> Callable[[Subvention], object]:
    """The beneficiary gave up: release the line of the enveloppe, then note it."""
    commande = DegagerEngagement(enveloppe=str(subvention.enveloppe), dossier=str(subvention.dossier), motif=MOTIF)
    envoyer(commande, ordre.sous_appel("degagement"), services)
    return lambda s: s.constater_degagement()


@reaction("subvention", "clore_dossier", Subvention)
def clore_apres_subvention(subvention: Subvention, ordre: Ordre, services: Services) -> Callable[[Subvention], object]:
    """Nothing is owed any more: close the dossier, silently if a person did, then note it."""
    envoyer(CloreDossier(dossier=str(subvention.dossier)), ordre.sous_appel("cloture"), services)
    return lambda s: s.constater_cloture()


def _ajouter(commande: AjouterAuBordereau, ordre: Ordre, services: Services) -> tuple[UUID, str] | None:
    """Return the bordereau that has the line, None when it was signed without it."""
    reference, cle = reference_bordereau(commande.jour, commande.rang), commande.ligne.cle
    connu = services.store.charger(Bordereau, id_bordereau(reference))
    if connu.signe_par is not None and cle not in connu.lignes:
        return None
    try:
        recu = envoyer(commande, ordre.sous_appel("bordereau", *cle, commande.rang), services)
    except BordereauDejaSigne:
        return None
    return recu.id, reference
