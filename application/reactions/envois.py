"""What the engine writes by itself; and what a dossier awaits of the mail server: each document handed to it, then recorded."""

from collections.abc import Callable
from uuid import UUID

from aggregates.dossier import Dossier
from aggregates.dossier.ecrits import DocumentDuDossier, EtatDocument, NatureDocument
from aggregates.dossier.envois import TITRES
from application import editions
from application.automatisme import Automatisme, Ordre, ecrivant
from application.commandes import Recu
from application.gestes.envois import COURRIEL
from application.institution import REGION
from application.ports import AdresseRefusee, CourrierIndisponible, Message
from application.services import Services
from kernel.instants import jour_de
from kernel.pannes import passer


def _enregistrer(dossier: Dossier, ordre: Ordre, services: Services) -> None:
    """Register a request and tell its applicant; past the term of the accusé de réception, nothing is said in its place."""
    if not dossier.a_enregistrer:
        return dossier.enregistrer()
    courriel = editions.courriel_du_demandeur(dossier, services)
    dossier.enregistrer()
    a_temps = dossier.accuse_avant is None or jour_de(ordre.au) <= dossier.accuse_avant
    if a_temps and services.courrier is not None and courriel is not None and COURRIEL.fullmatch(courriel):
        editions.editer(dossier, editions.Voulu(NatureDocument.ENREGISTREMENT), courriel, services)


enregistrer = ecrivant("dossier", "enregistrer", Dossier, _enregistrer)


def _rappeler(dossier: Dossier, ordre: Ordre, services: Services) -> None:
    """Remind a partner, at the address where its demande was sent; nothing is written too late, nor twice the same day."""
    if (avis := dossier.rappeler_avis(ordre.du.ouverte_par, ordre.du.instant)) is None:
        return
    echus = [instant for instant in avis.rappels if instant <= ordre.au]
    demandes = [d for d in dossier.documents.values() if (d.nature, d.objet) == (NatureDocument.AVIS, avis.de)]
    adresse = demandes[-1].adresse if demandes and demandes[-1].etat is EtatDocument.ENVOYE else None
    courriel = None if adresse is None else services.coffre.lire(adresse)
    a_temps = avis.echeance is not None and ordre.au < avis.echeance and echus[-1] == ordre.du.instant
    if a_temps and services.courrier is not None and courriel is not None:
        voulu = editions.Voulu(NatureDocument.RAPPEL, avis.de, f"{avis.version}-{len(echus)}")
        editions.editer(dossier, voulu, courriel, services)


rappeler_avis = ecrivant("dossier", "rappeler_avis", Dossier, _rappeler)


def _envoyer(ordre: Ordre, services: Services) -> Recu:
    """Hand a document to the mail server, then record it; killed between the two, the same message is handed again.

    Raises:
        CourrierIndisponible: the server is away: whoever drives tries again.
        EditionOubliee: whom it is about was forgotten meanwhile.
    """
    dossier = services.store.charger_existant(Dossier, ordre.id)
    attendus = (d for d in dossier.documents.values() if d.jalon.version == ordre.du.ouverte_par)
    document = next(attendus, None)
    constater: Callable[[Dossier], object] = lambda _: None  # noqa: E731 - it moved since: there is nothing to send
    if document is not None and document.etat is EtatDocument.A_ENVOYER:
        constater = _remettre_au_serveur(dossier, document, services)
        passer("envoyer_document.apres_message")
    return services.executer(envoyer_document, Dossier, ordre.id, constater, ordre.commande, ordre.appel)


def _remettre_au_serveur(
    dossier: Dossier, document: DocumentDuDossier, services: Services
) -> Callable[[Dossier], object]:
    edition = document.edition
    if services.courrier is None:
        raise CourrierIndisponible("no mail server is set")
    try:
        services.courrier.envoyer(_message(dossier, document, services))
    except AdresseRefusee as refus:
        code = refus.code
        return lambda d: d.constater_envoi_refuse(edition, code)
    return lambda d: d.constater_envoi(edition)


def _message(dossier: Dossier, document: DocumentDuDossier, services: Services) -> Message:
    a = services.coffre.lire(document.adresse) if isinstance(document.adresse, UUID) else None
    if a is None:
        raise editions.EditionOubliee(f"L’adresse où ce document du dossier {dossier.ref} devait aller a été oubliée.")
    titre = f"{TITRES[document.nature]} — dossier {dossier.ref}"
    return Message(
        identite=document.message,
        le=document.jalon.depuis,
        a=a,
        reponse_a=editions.courriel_du_service(dossier, services),
        sujet=titre,
        corps=f"Bonjour,\n\nVous trouverez ci-joint : {titre}.\n\n{REGION.denomination}\n",
        nom=f"{document.nature}-{dossier.ref}.pdf",
        contenu=editions.lire(services, dossier, document.sha256),
    )


envoyer_document = Automatisme("dossier", "envoyer_document", _envoyer)
