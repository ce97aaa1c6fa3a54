"""What money awaits of the engine elsewhere: credits engaged or given back, mandats ordered and signed, dossiers closed."""

from collections.abc import Callable
from itertools import count
from uuid import UUID

from aggregates.bordereau import (
    Bordereau,
    BordereauDejaSigne,
    CleDeLigne,
    Ligne,
    SignatureNonPortee,
    reference_bordereau,
)
from aggregates.dossier import Dossier
from aggregates.dossier.conservation import ce_qui_empeche_de_clore
from aggregates.dossier.etat import id_subvention_du
from aggregates.enveloppe import Enveloppe
from aggregates.enveloppe.etat import EngagementNonPorte
from aggregates.subvention import Subvention
from application.automatisme import Ordre, par_lignes, reaction
from application.commandes import Commande
from application.declaration import envoyer, geste
from application.gestes.bordereau import AjouterAuBordereau
from application.gestes.cibles import DOSSIER, RefDossier
from application.gestes.dossier import CloreDossier
from application.gestes.enveloppe import DegagerEngagement
from application.gestes.subvention import ConstaterEngagement, ConstaterRetrait, ConstaterSignature
from application.numeros import id_de
from application.services import Services
from kernel.attentes import Role


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


@geste(
    "constater-fin-de-subvention",
    "Porter la fin de la subvention",
    Role.SYSTEME,
    sur=DOSSIER,
    decide=Dossier.constater_fin_de_subvention,
)
class ConstaterFinDeSubvention(Commande):
    """Porter à un dossier que sa subvention est finie, quand autre chose le garde ouvert."""

    dossier: RefDossier


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
    liquidee_par, *liquidee_pour = paiement.liquidee_par
    ligne = Ligne(
        subvention=ordre.id,
        echeance=rang,
        tentative=paiement.tentative,
        montant_centimes=paiement.montant_centimes,
        liquidee_par=liquidee_par,
        liquidee_pour=next(iter(liquidee_pour), None),
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
    """Nothing is owed any more: close the dossier, silently if a person did, then note it.

    While a recours or a contrôle keeps it open, it learns that the subvention is over: people close it.
    """
    dossier = str(subvention.dossier)
    if ce_qui_empeche_de_clore(services.trouver(Dossier, dossier)) is None:
        envoyer(CloreDossier(dossier=dossier), ordre.sous_appel("cloture"), services)
    else:
        envoyer(ConstaterFinDeSubvention(dossier=dossier), ordre.sous_appel("fin"), services)
    return lambda s: s.constater_cloture()


def _ajouter(commande: AjouterAuBordereau, ordre: Ordre, services: Services) -> tuple[UUID, str] | None:
    """Return the bordereau that has the line, None when it was signed without it."""
    reference, cle = reference_bordereau(commande.jour, commande.rang), commande.ligne.cle
    connu = services.store.charger(Bordereau, id_de("bordereau", reference))
    if connu.ferme and cle not in connu.lignes and cle not in connu.retirees:
        return None
    try:
        recu = envoyer(commande, ordre.sous_appel("bordereau", *cle, commande.rang), services)
    except BordereauDejaSigne:
        return None
    return recu.id, reference


@reaction("bordereau", "porter_retrait", Bordereau, chaud=True)
def porter_retrait(bordereau: Bordereau, ordre: Ordre, services: Services) -> Callable[[Bordereau], object]:
    """A mandat was taken off: tell its subvention, then note it."""
    subvention, echeance, tentative = ordre.du.objet.split(":")
    cle = CleDeLigne(UUID(subvention), int(echeance), int(tentative))
    commande = ConstaterRetrait(subvention=subvention, echeance=cle.echeance, tentative=cle.tentative)
    envoyer(commande, ordre.sous_appel("retrait", *cle), services)
    return lambda b: b.constater_retrait(cle)


@reaction("bordereau", "porter_signature", Bordereau, chaud=True)
def porter_signature(bordereau: Bordereau, ordre: Ordre, services: Services) -> Callable[[Bordereau], object]:
    """A bordereau is signed: tell each subvention."""

    def porter(cle: CleDeLigne) -> None:
        commande = ConstaterSignature(
            subvention=str(cle.subvention), echeance=cle.echeance, tentative=cle.tentative, bordereau=ordre.id
        )
        envoyer(commande, ordre.sous_appel("signature", *cle), services)

    courante = bordereau.portage is not None and bordereau.portage.version == ordre.du.ouverte_par
    portees, refusees = par_lignes(bordereau.a_porter if courante else (), porter)
    lignes = [SignatureNonPortee(**cle._asdict(), code=code) for cle, code in refusees]
    return lambda b: b.porter_signature(portees, lignes)
