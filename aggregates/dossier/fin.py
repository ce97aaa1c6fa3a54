"""How a request ends before any vote: withdrawn by its applicant, inadmissible, or never completed."""

from uuid import UUID

from aggregates.dossier.etat import AVANT_COMPLETUDE, AVANT_VOTE, Etat, EtatDossier, FaitDossier
from aggregates.dossier.silence import produites_le
from kernel.faits import Entete, Noms


class Retire(FaitDossier, topic="dossier.retire.v1"):
    """The applicant gave up before any vote; nothing was decided. The motive is in the coffre."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.CLOS, entete, issue="retire", motif=self.motif)

    def phrase(self, noms: Noms) -> str:
        return f"Demande retirée par le porteur : {noms.texte(self.motif)}."


class ClasseSansSuite(FaitDossier, topic="dossier.classe_sans_suite.v1"):
    """The délai passed and an indispensable pièce is missing: an agent closed the request."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.CLOS, entete, issue="sans_suite", motif=self.motif)

    def phrase(self, noms: Noms) -> str:
        return f"Dossier classé sans suite : {noms.texte(self.motif)}."


class DeclareIrrecevable(FaitDossier, topic="dossier.declare_irrecevable.v1"):
    """An agent found the request inadmissible; the remedies are told in the letter (CJA R421-5)."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.CLOS, entete, issue="irrecevable", motif=self.motif)

    def phrase(self, noms: Noms) -> str:
        return f"Dossier déclaré irrecevable : {noms.texte(self.motif)}."


class FinDeLaDemande(EtatDossier):
    """Withdraw, close without follow-up, declare inadmissible."""

    def retirer(self, motif: UUID) -> None:
        """Record that the applicant gave up, or refuse with DejaFait (other motive), GesteImpossible (decided, closed)."""
        if self.deja_clos("retire", motif, Retire.topic):
            return
        self.exiger("retirer", *AVANT_VOTE)
        self.survient(Retire(motif=motif))

    def classer_sans_suite(self, motif: UUID) -> None:
        """Close an incomplete request whose délai has passed, or refuse with GesteImpossible or DejaFait (other motive)."""
        if self.deja_clos("sans_suite", motif, ClasseSansSuite.topic):
            return
        self.exiger("classer-sans-suite", Etat.INCOMPLET)
        echues = [d for d in self.demandes_de_pieces if d.version in self.demandes_echues]
        if all(produites_le(self, demande.pieces) is not None for demande in echues):
            raise self.impossible("classer-sans-suite", "le délai donné pour produire les pièces court encore")
        self.survient(ClasseSansSuite(motif=motif))

    def declarer_irrecevable(self, motif: UUID) -> None:
        """Close an inadmissible request, or refuse with GesteImpossible once it is proposed, DejaFait (other motive)."""
        if self.deja_clos("irrecevable", motif, DeclareIrrecevable.topic):
            return
        self.exiger("declarer-irrecevable", *AVANT_COMPLETUDE, Etat.COMPLET, Etat.EN_INSTRUCTION)
        self.survient(DeclareIrrecevable(motif=motif))
