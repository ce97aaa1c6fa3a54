"""How a request ends before any vote: withdrawn by its applicant, inadmissible, or never completed."""

from typing import ClassVar
from uuid import UUID

from aggregates.dossier.etat import AVANT_COMPLETUDE, AVANT_VOTE, Etat, EtatDossier, FaitDossier
from aggregates.dossier.silence import produites_le
from kernel.faits import Entete, Noms
from kernel.instants import fin_de_jour


class _ClosAvantLeVote(FaitDossier):
    """The request ended before any vote, as `issue` says; the motive is in the coffre."""

    issue: ClassVar[str]
    dit: ClassVar[str]
    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.CLOS, entete, issue=self.issue, motif=self.motif)

    def phrase(self, noms: Noms) -> str:
        return f"{self.dit} : {noms.texte(self.motif)}."


class Retire(_ClosAvantLeVote, topic="dossier.retire.v1"):
    """The applicant gave up before any vote; nothing was decided."""

    issue, dit = "retire", "Demande retirée par le porteur"


class ClasseSansSuite(_ClosAvantLeVote, topic="dossier.classe_sans_suite.v1"):
    """The délai passed and an indispensable pièce is missing: an agent closed the request."""

    issue, dit = "sans_suite", "Dossier classé sans suite"


class DeclareIrrecevable(_ClosAvantLeVote, topic="dossier.declare_irrecevable.v1"):
    """An agent found the request inadmissible; the remedies are told in the letter (CJA R421-5)."""

    issue, dit = "irrecevable", "Dossier déclaré irrecevable"


class FinDeLaDemande(EtatDossier):
    """Withdraw, close without follow-up, declare inadmissible."""

    def retirer(self, motif: UUID) -> None:
        """Record that the applicant gave up, or refuse with DejaFait (other motive), GesteImpossible (decided, closed)."""
        if self._deja_clos(Retire, motif):
            return
        self.exiger("retirer", *AVANT_VOTE)
        self.survient(Retire(motif=motif))

    def classer_sans_suite(self, motif: UUID) -> None:
        """Close an incomplete request whose délai has passed, or refuse with GesteImpossible or DejaFait (other motive)."""
        if self._deja_clos(ClasseSansSuite, motif):
            return
        self.exiger("classer-sans-suite", Etat.INCOMPLET)
        echues = [d for d in self.demandes_de_pieces if d.version in self.demandes_echues]
        if all(produites_le(self, demande.pieces) is not None for demande in echues):
            raise self.impossible("classer-sans-suite", "le délai donné pour produire les pièces court encore")
        fins = [fin_de_jour(d.jusqu_au) for d in echues if produites_le(self, d.pieces) is None]
        self.exiger_apres("la fin du délai donné pour produire les pièces", min(fins))
        self.exiger_apres("la dernière demande de pièces", self.jalon)
        self.survient(ClasseSansSuite(motif=motif))

    def declarer_irrecevable(self, motif: UUID) -> None:
        """Close an inadmissible request, or refuse with GesteImpossible once it is proposed, DejaFait (other motive)."""
        if self._deja_clos(DeclareIrrecevable, motif):
            return
        self.exiger("declarer-irrecevable", *AVANT_COMPLETUDE, Etat.COMPLET, Etat.EN_INSTRUCTION)
        self.exiger_apres("la complétude", self.complet_le)
        self.survient(DeclareIrrecevable(motif=motif))

    def _deja_clos(self, fin: type[_ClosAvantLeVote], motif: UUID) -> bool:
        """Tell whether it is already closed that way, for that motive; refuse with DejaFait when it was for another, or at another date."""
        if self.issue == fin.issue and self.issue_motif != motif:
            raise fin.deja(f"Le dossier {self.ref} est déjà clos ainsi, pour un autre motif.")
        if self.issue == fin.issue:
            self.redire(fin)
        return self.issue == fin.issue
