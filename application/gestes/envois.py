"""What the institution writes about a request: acknowledged, asked of a partner, sent on to another authority, sent again."""

import re
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from aggregates.dossier import Dossier
from aggregates.dossier.ecrits import NatureDocument
from aggregates.dossier.notification import rejet_a_dire
from application.commandes import Commande, Entier, Fichier
from application.declaration import Choix, geste
from application.editions import DEMANDEUR, Voulu, courriel_du_demandeur, editer
from application.gestes.cibles import DOSSIER, RefDossier
from application.services import Services
from kernel.attentes import Role
from kernel.refus import Refus, SaisieInvalide

COURRIEL: Final = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,63}")

Remise = Literal["courriel", "main_propre"]
LeCanal = Annotated[Remise, Field(title="Remise", description="courriel, ou main_propre : remis à cette date")]
VoiesDeRecours = Annotated[
    Literal["oui", "non"],
    Field(title="Voies de recours", description="les voies et les délais de recours y sont-ils dits ? oui ou non"),
]
Courriel = Annotated[
    str | None,
    Field(
        max_length=320, title="Adresse de courriel", description="où l’envoyer, si ce n’est à l’adresse de la demande"
    ),
]


class CourrielNonRegle(Refus, code="courriel_non_regle"):
    """No mail server is set: a document can be handed, not sent."""


def adresse(canal: Remise, donnee: str | None, connue: str | None, services: Services) -> str | None:
    """Return where a document is sent, None when it is handed; refuse with CourrielNonRegle or SaisieInvalide."""
    if canal == "main_propre":
        return None
    if services.courrier is None:
        raise CourrielNonRegle(
            "Aucun serveur de courriel n’est réglé (DILIGENCE_COURRIEL_SERVEUR) : le document peut être remis en main propre."
        )
    voulue = donnee or connue
    if voulue is None:
        raise SaisieInvalide("Aucune adresse de courriel n’est connue : donnez-la (--courriel).", champ="courriel")
    if COURRIEL.fullmatch(voulue) is None:
        raise SaisieInvalide("Cette adresse de courriel ne peut pas être servie : nom@domaine.fr.", champ="courriel")
    return voulue


def ecrire_au_demandeur(
    dossier: Dossier, nature: NatureDocument, objet: str, canal: Remise, courriel: str | None, services: Services
) -> None:
    """Compose a document for the applicant, to be sent or handed."""
    ou = adresse(canal, courriel, courriel_du_demandeur(dossier, services), services)
    editer(dossier, Voulu(nature, objet=objet), ou, services)


@geste("accuser-reception", "Délivrer l’accusé de réception", Role.INSTRUCTEUR, sur=DOSSIER, par_lot=True)
class AccuserReception(Commande):
    """Produire l’accusé de réception de la demande et l’envoyer, ou le remettre."""

    dossier: RefDossier
    canal: LeCanal = "courriel"
    courriel: Courriel = None

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Compose it and have it sent; silent when one was delivered, or is on its way."""
        dossier.exiger_accusable("accuser-reception")
        if dossier.a_accuser:
            ecrire_au_demandeur(dossier, NatureDocument.ACCUSE, "", self.canal, self.courriel, services)


@geste("enregistrer-accuse", "Enregistrer un accusé délivré ailleurs", Role.INSTRUCTEUR, sur=DOSSIER)
class EnregistrerAccuse(Commande):
    """Enregistrer l’accusé de réception qu’une plateforme ou un courrier a délivré, à sa date, avec sa copie."""

    dossier: RefDossier
    fichier: Fichier = Field(title="Copie", description="copie de l’accusé délivré")
    voies_de_recours: VoiesDeRecours

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record it, whole or defective: the délais of recours are opposable or not."""
        sha256 = services.garder_une_preuve(self.fichier, dossier.id)
        dossier.enregistrer_accuse(sha256, sans_recours=self.voies_de_recours == "non")


@geste("enregistrer-remise", "Enregistrer la remise d’une demande", Role.INSTRUCTEUR, sur=DOSSIER)
class EnregistrerRemise(Commande):
    """Enregistrer qu’une demande de pièces ou d’avis, écrite hors du moteur, est reçue à cette date, avec sa copie."""

    dossier: RefDossier
    fichier: Fichier = Field(title="Copie", description="copie de la demande qui a été reçue")
    demande: Annotated[Entier | None, Choix("demandes_a_remettre")] = Field(
        default=None, ge=1, title="Demande", description="numéro de la demande, quand plusieurs attendent"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record it: the délai runs, and the silence is suspended, from that day."""
        dossier.enregistrer_remise(self.demande, services.garder_une_preuve(self.fichier, dossier.id))


@geste("notifier-rejet", "Notifier le rejet", Role.INSTRUCTEUR, Role.ASSEMBLEES, sur=DOSSIER, par_lot=True)
class NotifierRejet(Commande):
    """Produire la lettre qui notifie le rejet voté, avec son motif et les voies de recours, et l’envoyer ou la remettre."""

    dossier: RefDossier
    canal: LeCanal = "courriel"
    courriel: Courriel = None

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Compose it and have it sent; silent when it was told, or is on its way. An e-mail alone starts no délai of recours."""
        dossier.exiger_rejete("notifier-rejet")
        if rejet_a_dire(dossier):
            ecrire_au_demandeur(dossier, NatureDocument.REJET, "", self.canal, self.courriel, services)


@geste("enregistrer-notification", "Enregistrer une notification", Role.INSTRUCTEUR, Role.ASSEMBLEES, sur=DOSSIER)
class EnregistrerNotification(Commande):
    """Enregistrer la notification du rejet, ou de la réponse à un recours gracieux, à sa date, avec la copie qui la prouve."""

    dossier: RefDossier
    fichier: Fichier = Field(title="Preuve", description="avis de réception, récépissé : ce qui prouve la notification")
    voies_de_recours: VoiesDeRecours
    recours: Annotated[Entier | None, Choix("recours")] = Field(
        default=None,
        ge=1,
        title="Recours",
        description="numéro du recours dont c’est la réponse ; rien : le rejet de la demande",
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record it, whole or defective: the délai of recours runs from it, or does not."""
        sha256 = services.garder_une_preuve(self.fichier, dossier.id)
        dossier.enregistrer_notification(self.recours, sha256, sans_recours=self.voies_de_recours == "non")


@geste("envoyer-demande-avis", "Écrire la demande d’avis", Role.INSTRUCTEUR, sur=DOSSIER, par_lot=True)
class EnvoyerDemandeAvis(Commande):
    """Produire la lettre d’un avis demandé et l’envoyer au partenaire, ou la lui remettre."""

    dossier: RefDossier
    aupres_de: Annotated[str, Choix("avis")] = Field(
        title="Partenaire", description="partenaire à qui l’avis est demandé"
    )
    canal: LeCanal = "courriel"
    courriel: Courriel = None

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Compose it and have it sent; refuse when this avis was not asked."""
        ou = adresse(self.canal, self.courriel, None, services)
        editer(dossier, Voulu(NatureDocument.AVIS, self.aupres_de, self.aupres_de), ou, services)


@geste("envoyer-transmission", "Écrire la transmission à une autre autorité", Role.INSTRUCTEUR, sur=DOSSIER)
class EnvoyerTransmission(Commande):
    """Produire la lettre qui transmet la demande à l’autorité compétente, ou celle qui en avise le demandeur."""

    dossier: RefDossier
    autorite: str = Field(min_length=2, max_length=300, title="Autorité", description="l’autorité compétente")
    destinataire: Literal["autorite", "demandeur"] = Field(title="Destinataire", description="autorite ou demandeur")
    canal: LeCanal = "courriel"
    courriel: Courriel = None

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Compose it and have it sent (CRPA, art. L114-2: transmitted, and told); nobody is told of what was not done."""
        if self.destinataire == DEMANDEUR and dossier.transmission is None:
            raise dossier.impossible("envoyer-transmission", "la demande n’est pas transmise à une autre autorité")
        connue = courriel_du_demandeur(dossier, services) if self.destinataire == DEMANDEUR else None
        ou = adresse(self.canal, self.courriel, connue, services)
        mention = services.confier_exige(self.autorite, dossier.id, "autorite")
        voulu = Voulu(NatureDocument.TRANSMISSION, self.destinataire, mention=mention)
        editer(dossier, voulu, ou, services, tapes={mention: self.autorite})


@geste("reexpedier", "Envoyer à une autre adresse, ou remettre", Role.INSTRUCTEUR, sur=DOSSIER)
class Reexpedier(Commande):
    """Envoyer de nouveau un document dont l’adresse a été refusée, ou le remettre."""

    dossier: RefDossier
    edition: Annotated[UUID, Choix("documents_refuses")] = Field(
        title="Document", description="identifiant du document refusé"
    )
    canal: LeCanal = "courriel"
    courriel: Courriel = None

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Send it again: the same bytes, under the same Message-ID."""
        ou = adresse(self.canal, self.courriel, None, services)
        dossier.reexpedier(self.edition, services.confier(ou, dossier.id, "courriel"))
