"""Documents of a dossier: produced, then sent or handed, or refused; and what their reception begins (accusé, délai).

Nothing is said delivered that was not produced and sent. A recipient is a code; its address is a text of the coffre.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from aggregates.dossier.avis import AvisDesPartenaires, DemandeAvisRecue
from aggregates.dossier.completude import Completude, DemandeDePiecesRecue
from aggregates.dossier.ecrits import SORTIS, DocumentDuDossier, EtatDocument, NatureDocument, en_route, etats
from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier
from aggregates.dossier.nature import personne_publique_depuis
from aggregates.dossier.notification import Notifications
from aggregates.dossier.silence import echeance_du_silence
from aggregates.dossier.transmission import TransmissionAvisee
from kernel.attentes import Attente, Cle, Nature, Role
from kernel.faits import Entete, Immuable, Jalon, Noms
from kernel.instants import Instant, fin_de_jour, jour_de
from kernel.refus import SaisieInvalide

TITRES: Final = {
    NatureDocument.ENREGISTREMENT: "Accusé d’enregistrement",
    NatureDocument.ACCUSE: "Accusé de réception",
    NatureDocument.PIECES: "Demande de pièces",
    NatureDocument.AVIS: "Demande d’avis",
    NatureDocument.RAPPEL: "Rappel d’une demande d’avis",
    NatureDocument.TRANSMISSION: "Transmission à une autre autorité",
    NatureDocument.REJET: "Notification du rejet",
}
"""What people call each kind of document."""


class Recette(Immuable):
    """What makes the same bytes again: what was read, and with what it was composed.

    Its own dossier is read up to the fact before it, the rest of the store up to `position`. `coffre` has the ids of the
    texts it quotes; the id of a text tells its content: another version has another id. `mots` is the text of the words
    that the program chose from them; an older recipe has none.
    """

    position: int
    coffre: tuple[UUID, ...]
    modele: str
    typst: str
    polices: str
    mots: UUID | None = None


def _dit(destinataire: str, noms: Noms) -> str:
    return "le demandeur" if destinataire == "demandeur" else noms.service(destinataire)


class DocumentProduit(FaitDossier, topic="dossier.document_produit.v1"):
    """A document was composed; its bytes are kept encrypted, known by their digest. `adresse` None: it is handed."""

    edition: UUID
    nature: NatureDocument
    objet: str
    destinataire: str
    adresse: UUID | None
    mention: UUID | None
    sha256: str
    recette: Recette

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        etat = EtatDocument.A_REMETTRE if self.adresse is None else EtatDocument.A_ENVOYER
        agregat.documents[self.edition] = DocumentDuDossier(
            self.edition, self.nature, self.objet, self.destinataire, self.adresse, self.sha256, etat, Jalon.de(entete)
        )

    def phrase(self, noms: Noms) -> str:
        return f"{TITRES[self.nature]} : document produit pour {_dit(self.destinataire, noms)} (empreinte {self.sha256[:12]})."


class _SortDUnDocument(FaitDossier):
    """What became of a document, for one recipient."""

    edition: UUID
    destinataire: str

    def _noter(self, agregat: EtatDossier, entete: Entete, etat: EtatDocument) -> DocumentDuDossier | None:
        # none: the fact that produced it was corrected, or comes later in the fold
        if (connu := agregat.documents.get(self.edition)) is None:
            return None
        lu = replace(connu, etat=etat, jalon=Jalon.de(entete))
        agregat.documents[self.edition] = lu
        return lu


class DocumentEnvoye(_SortDUnDocument, topic="dossier.document_envoye.v1"):
    """The mail server of the institution took the message, under this Message-ID, always the same for this recipient."""

    message: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        self._noter(agregat, entete, EtatDocument.ENVOYE)

    def phrase(self, noms: Noms) -> str:
        return f"Document envoyé par courriel, pour {_dit(self.destinataire, noms)} ; sa réception est présumée."


class DocumentRemis(_SortDUnDocument, topic="dossier.document_remis.v1"):
    """The document was handed to its recipient."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        self._noter(agregat, entete, EtatDocument.REMIS)

    def phrase(self, noms: Noms) -> str:
        return f"Document remis en main propre, pour {_dit(self.destinataire, noms)}."


class EnvoiRefuse(_SortDUnDocument, topic="dossier.envoi_refuse.v1"):
    """A mail server refused the address for good; `code` is its answer (RFC 5321)."""

    code: int

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        self._noter(agregat, entete, EtatDocument.REFUSE)

    def phrase(self, noms: Noms) -> str:
        qui = _dit(self.destinataire, noms)
        return f"Envoi refusé par le serveur de courriel (code {self.code}) : une adresse est à corriger, pour {qui}."


class EnvoiRedemande(_SortDUnDocument, topic="dossier.envoi_redemande.v1"):
    """A refused document is to be sent again, to this address."""

    adresse: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        if (lu := self._noter(agregat, entete, EtatDocument.A_ENVOYER)) is not None:
            agregat.documents[self.edition] = replace(lu, adresse=self.adresse)

    def phrase(self, noms: Noms) -> str:
        return f"Nouvel envoi demandé, à une autre adresse, pour {_dit(self.destinataire, noms)}."


class ReceptionAccusee(FaitDossier, topic="dossier.reception_accusee.v1"):
    """The accusé de réception was delivered: our document (`edition`), or one delivered elsewhere (`sha256` of its copy).

    `rejet_implicite_le` is when silence would become a refusal, None where no such clock runs.
    """

    rejet_implicite_le: date | None = None
    edition: UUID | None = None
    sha256: str | None = None
    sans_recours: bool = False

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.recu_le = jour_de(entete.effectif_le)
        agregat.accuse_sans_recours = self.sans_recours
        if agregat.etat in {Etat.DEPOSE, Etat.ENREGISTRE}:
            agregat.passer(Etat.RECU, entete)

    def phrase(self, noms: Noms) -> str:
        ailleurs = "" if self.sha256 is None else " hors du moteur"
        sans = ", sans les voies et délais de recours" if self.sans_recours else ""
        le = self.rejet_implicite_le
        rejet = "" if le is None else f" ; sans décision, un rejet implicite naîtra le {le:%d/%m/%Y}"
        return f"Accusé de réception délivré{ailleurs}{sans}{rejet}."


class Envois(Completude, AvisDesPartenaires, Notifications):
    """Produce a document, record what became of it, acknowledge the request."""

    @property
    def de_droit_public(self) -> bool:
        """Tell whether the law of « le public » is not that of its applicant (CRPA, art. L100-3); unknown, it is."""
        return self.depose_le is not None and personne_publique_depuis(self, self.depose_le) is not None

    @property
    def a_accuser(self) -> bool:
        """Tell whether an accusé is still to be delivered: none was, nor is on its way, or the one delivered is defective."""
        en_cours = en_route(self.documents.values(), NatureDocument.ACCUSE)
        return (self.recu_le is None or self.accuse_sans_recours) and not en_cours

    @property
    def enregistrement_non_dit(self) -> bool:
        """Tell whether the request is registered, as what came electronically is, and its applicant was told nothing yet."""
        sorts = etats(self.documents.values(), NatureDocument.ENREGISTREMENT)
        return self.enregistre_le is not None and self.recu_le is None and sorts.isdisjoint(SORTIS)

    def exiger_accusable(self, geste: str) -> None:
        """Refuse with GesteImpossible when no accusé is due: not filed here, or not registered yet."""
        if self.silence is None:
            raise self.impossible(geste, "ce dossier n’attend pas d’accusé de réception")
        if self.a_enregistrer:
            raise self.impossible(geste, "la demande n’est pas encore enregistrée")
        if self.etat is Etat.CLOS:
            raise self.impossible(geste, f"le dossier {self.ref} est clos")
        self.exiger_apres("la réception de la demande", self.depose_le)

    def deja_produit(self, nature: NatureDocument, objet: str, destinataire: str, mention: UUID | None) -> bool:
        """Tell whether this very document was written; refuse with DejaFait to say it of another date."""
        champs = {"nature": nature, "objet": objet, "destinataire": destinataire, "mention": mention}
        attend = nature is NatureDocument.AVIS and any(a.de == objet and a.echeance is None for a in self.avis)
        if self.effet_de(DocumentProduit, **champs) is None or (
            attend and not en_route(self.documents.values(), nature, objet)  # asked again since it was revoked
        ):
            return False
        self.redire(DocumentProduit, **champs)
        return True

    def produire(self, document: DocumentProduit) -> None:
        """Record a document composed; the one that is handed is so the same day. The same edition again is silent."""
        if document.edition in self.documents:
            return
        self.survient(document)
        if document.adresse is None:
            self._remettre(self.documents[document.edition])

    def constater_envoi(self, edition: UUID) -> None:
        """Record that the mail server took it; silent when it is sent, or was handed meanwhile."""
        document = self._document(edition)
        if document.etat is EtatDocument.A_ENVOYER:
            self.survient(DocumentEnvoye(edition=edition, destinataire=document.destinataire, message=document.message))
            self._recevoir(document, presumee=True)

    def constater_envoi_refuse(self, edition: UUID, code: int) -> None:
        """Record that the address was refused; silent when it is no longer to be sent."""
        document = self._document(edition)
        if document.etat is EtatDocument.A_ENVOYER:
            self.survient(EnvoiRefuse(edition=edition, destinataire=document.destinataire, code=code))

    def reexpedier(self, edition: UUID, adresse: UUID | None) -> None:
        """Send a refused document to another address, or hand it (None); refuse with GesteImpossible one that was not refused.

        Repeating it is silent.
        """
        document = self._document(edition)
        if document.etat is EtatDocument.REMIS and adresse is None:
            return self.redire(DocumentRemis, edition=edition)
        if document.etat is EtatDocument.A_ENVOYER and document.adresse == adresse:
            return
        if document.etat is not EtatDocument.REFUSE:
            raise self.impossible("reexpedier", "l’envoi de ce document n’a pas été refusé")
        self.exiger_apres("le refus de l’adresse", document.jalon)
        if adresse is None:
            self._remettre(document)
        else:
            self.survient(EnvoiRedemande(edition=edition, destinataire=document.destinataire, adresse=adresse))

    def enregistrer_accuse(self, sha256: str, *, sans_recours: bool) -> None:
        """Record an accusé delivered elsewhere, by its copy, or refuse with GesteImpossible or DejaFait (another one).

        The same copy again is silent; a whole one may follow one that lacked the remedies.
        """
        self.exiger_accusable("enregistrer-accuse")
        if self.recu_le is not None and self.effet_de(ReceptionAccusee, sha256=sha256) is not None:
            return self.redire(ReceptionAccusee, sha256=sha256)
        if self.recu_le is not None and not self.accuse_sans_recours:
            raise ReceptionAccusee.deja(f"L’accusé de réception est déjà délivré, le {self.recu_le:%d/%m/%Y}.")
        self._accuser(ReceptionAccusee(sha256=sha256, sans_recours=sans_recours))

    @property
    def a_remettre(self) -> dict[int, str]:
        """Return the demandes whose recipient does not have them yet, by their version: of these pièces, of that partner."""
        avis = {a.version: a.de for a in self.avis if a.echeance is None and a.de not in self.avis_rendus}
        return {version: ", ".join(d.pieces) for version, d in self.demandes_a_remettre.items()} | avis

    def enregistrer_remise(self, demande: int | None, sha256: str) -> None:
        """Record that a demande written elsewhere was received, on its copy; the same copy again is silent.

        Refuse with GesteImpossible when none waits, SaisieInvalide when it is not said which, or AvantLeJalon.
        """
        for recue in (DemandeDePiecesRecue, DemandeAvisRecue):
            if self.effet_de(recue, sha256=sha256) is not None:
                return self.redire(recue, sha256=sha256)
        attendent = self.a_remettre
        if not attendent:
            raise self.impossible("enregistrer-remise", "aucune demande n’attend d’être remise")
        visees = [version for version in attendent if demande in {None, version}]
        if len(visees) != 1:
            connues = " ; ".join(f"{version} ({objet})" for version, objet in attendent.items())
            raise SaisieInvalide(f"Quelle demande est reçue ? Celles qui attendent : {connues}.", champ="demande")
        (visee,) = visees
        if visee in self.demandes_a_remettre:
            return self.recevoir_la_demande(visee, sha256=sha256)
        self.recevoir_demande_avis(attendent[visee], sha256=sha256)

    def _remettre(self, document: DocumentDuDossier) -> None:
        self.survient(DocumentRemis(edition=document.edition, destinataire=document.destinataire))
        self._recevoir(document, presumee=False)

    def _recevoir(self, document: DocumentDuDossier, *, presumee: bool) -> None:
        """Record what the reception of a document begins."""
        if document.nature is NatureDocument.ACCUSE:
            self._accuser(ReceptionAccusee(edition=document.edition))
        if document.nature is NatureDocument.PIECES:
            self.recevoir_la_demande(int(document.objet), presumee=presumee)
        if document.nature is NatureDocument.AVIS:
            self.recevoir_demande_avis(document.objet, presumee=presumee)
        if document.nature is NatureDocument.REJET and not presumee:
            self.notifier_rejet(document.edition)
        if document.nature is NatureDocument.TRANSMISSION and document.destinataire == "demandeur":
            self._aviser(document)

    def _aviser(self, document: DocumentDuDossier) -> None:
        """Record that the applicant is told of the transmission, once."""
        if self.transmission is not None and not self.transmission_avisee:
            self.survient(TransmissionAvisee(sha256=document.sha256))

    def _accuser(self, accuse: ReceptionAccusee) -> None:
        silence = echeance_du_silence(self)
        self.survient(accuse.model_copy(update={"rejet_implicite_le": silence and silence.dernier_jour}))

    def _document(self, edition: UUID) -> DocumentDuDossier:
        if (document := self.documents.get(edition)) is None:
            raise SaisieInvalide(f"Le dossier {self.ref} n’a pas ce document.", edition=str(edition))
        return document


def delais_non_opposables(dossier: Envois, au: Instant) -> str | None:
    """Return why the délais of recours do not run against the applicant at that instant, None when they may.

    Source: CRPA, art. L112-12 and R112-11-2 (electronic), L112-6 (paper). An authority is not « le public » (L100-3).
    """
    if dossier.silence is None or dossier.de_droit_public:
        return None
    dernier_jour = dossier.accuse_avant
    if dossier.recu_le is None:
        silence = echeance_du_silence(dossier)  # on paper no délai is set: without an accusé when a refusal is born
        limite = dernier_jour or (None if silence is None else silence.dernier_jour)
        tard = limite is not None and fin_de_jour(limite) <= au
        return "accusé de réception non délivré (CRPA, art. L112-6 et L112-12)" if tard else None
    if dossier.accuse_sans_recours:
        return "accusé de réception sans les voies et délais de recours (CRPA, art. L112-6 et L112-12)"
    if dernier_jour is not None and dossier.recu_le > dernier_jour:
        return (
            f"accusé de réception délivré le {dossier.recu_le:%d/%m/%Y}, après le {dernier_jour:%d/%m/%Y} "
            "(CRPA, art. R112-11-2 et L112-12)"
        )
    return None


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the accusé, until it is delivered; then each document to send, or whose address was refused."""
    assert isinstance(dossier, Envois)
    depot = dossier.depot
    attendu = dossier.silence is not None and dossier.tient_encore and not dossier.a_enregistrer
    if depot is not None and attendu and dossier.a_accuser:
        yield Attente(
            Cle("accuse_reception", "", depot.version),
            de=Role.INSTRUCTEUR,
            depuis=depot.depuis,
            echeance=None if dossier.accuse_avant is None else fin_de_jour(dossier.accuse_avant),
            gestes=dossier.a_faire("accuser-reception", "enregistrer-accuse"),
            nature=Nature.LOI,
            fondement=("CRPA, art. L112-3 et L112-11" if dossier.accuse is None else dossier.accuse.fondement)
            + (" ; enregistrement non accusé" if dossier.enregistrement_non_dit else ""),
        )
    yield from en_cours(dossier)


def en_cours(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the documents still on their way: what was produced is sent, even once the dossier is closed."""
    if dossier.oubli is not None:
        return  # neither their bytes nor an address can be read any more
    for document in dossier.documents.values():
        if document.etat is EtatDocument.A_ENVOYER:
            yield Attente.du_moteur(
                "envoi", document.jalon, "envoyer_document", TITRES[document.nature], objet=document.destinataire
            )
        elif document.etat is EtatDocument.REFUSE and not _depasse(document, dossier):
            yield Attente(
                Cle("envoi_refuse", document.destinataire, document.jalon.version),
                de=Role.INSTRUCTEUR,
                depuis=document.jalon.depuis,
                gestes=dossier.a_faire("reexpedier"),
                fondement=f"adresse refusée : {TITRES[document.nature].lower()}",
                habituelle=timedelta(days=5),
            )


def _depasse(document: DocumentDuDossier, dossier: EtatDossier) -> bool:
    """Tell whether a document refused has no object any more: the accusé de réception says what it said (CRPA, art. L112-11)."""
    return document.nature is NatureDocument.ENREGISTREMENT and dossier.recu_le is not None
