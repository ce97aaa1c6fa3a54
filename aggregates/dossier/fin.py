"""How a request ends before any vote: withdrawn by its applicant, and by nobody else (see `rejet`)."""

from uuid import UUID

from aggregates.dossier.etat import AVANT_VOTE, Etat, EtatDossier, FaitDossier
from kernel.faits import Entete, Noms


class Retire(FaitDossier, topic="dossier.retire.v1"):
    """The applicant gave up before any vote; nothing was decided. The motive is in the coffre."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.CLOS, entete, issue="retire", motif=self.motif)

    def phrase(self, noms: Noms) -> str:
        return f"Demande retirée par le porteur : {noms.texte(self.motif)}."


class FinDeLaDemande(EtatDossier):
    """Withdraw."""

    def retirer(self, motif: UUID) -> None:
        """Record that the applicant gave up, or refuse with DejaFait (other motive), GesteImpossible (decided, closed)."""
        if self.issue == "retire":
            if self.issue_motif == motif:
                return self.redire(Retire)
            raise Retire.deja(f"Le dossier {self.ref} est déjà clos ainsi, pour un autre motif.")
        self.exiger("retirer", *AVANT_VOTE)
        self.survient(Retire(motif=motif))
