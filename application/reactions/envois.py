"""What a dossier awaits of the mail server: its documents, each handed to it once decided, then recorded."""

from collections.abc import Callable
from uuid import UUID

from aggregates.dossier import Dossier
from aggregates.dossier.ecrits import DocumentDuDossier, EtatDocument
from aggregates.dossier.envois import TITRES
from application import editions
from application.automatisme import Automatisme, Ordre
from application.commandes import Recu
from application.institution import REGION
from application.ports import AdresseRefusee, CourrierIndisponible, Message
from application.services import Services
from kernel.pannes import passer


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
