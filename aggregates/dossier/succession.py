"""The applicant merged, was taken over, or changed SIRET before the vote: the request follows it, or another is asked for.

What passes to another body with all its rights and debts (universal succession) passes with its requests: the request goes on,
its clocks untouched. Without it the one that asked is no more, and whoever goes on asks anew. What is voted is another act:
an award passes to another body by an avenant, of both parties and of the assembly beyond its delegation, which is not here yet.
"""

from typing import Final
from uuid import UUID

from aggregates.dossier.etat import AVANT_PROPOSITION, Etat, EtatDossier, FaitDossier
from aggregates.dossier.motifs import MotifsDuDossier
from kernel.faits import Entete, Jalon, Noms

APRES_LE_VOTE: Final = (
    "l’aide est votée à ce demandeur, et ne passe à un autre que par un avenant, qui n’est pas encore tenu ici ; "
    "son successeur dépose une demande (« dossier deposer »), et celle-ci s’éteint avant tout paiement (« subvention renoncer »)"
)


class DemandeurSucceede(FaitDossier, topic="dossier.demandeur_succede.v1"):
    """Another body has all the rights and debts of the applicant, by an act cited in the coffre: it is the applicant now."""

    siret: str
    denomination: str
    acte: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.siret, agregat.siren, agregat.rna = self.siret, None, None
        agregat.denomination, agregat.tiers_id = self.denomination, None
        agregat.desaccord, agregat.confirme, agregat.succession = None, Jalon.de(entete), self.acte
        agregat.identite_confirmee = False

    def phrase(self, noms: Noms) -> str:
        return f"Demandeur remplacé par {self.denomination} (SIRET {self.siret}), qui lui succède ({noms.texte(self.acte)})."


class DemandeurDisparu(FaitDossier, topic="dossier.demandeur_disparu.v1"):
    """The applicant is no more and nobody has its rights: its request can only be rejected, and whoever goes on asks anew."""

    acte: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.succession = self.acte

    def phrase(self, noms: Noms) -> str:
        return f"Le demandeur n’existe plus, sans successeur à tous ses droits ({noms.texte(self.acte)}) : une autre demande est attendue."


class Succession(MotifsDuDossier):
    """Follow the applicant, or note that it is no more."""

    def succeder(self, siret: str, denomination: str, acte: UUID) -> None:
        """Have another body be the applicant, or refuse with GesteImpossible once proposed, DejaFait (other body, other act).

        Repeating it is silent. A proposition names its applicant: it is sent back first.
        """
        if self.succession is not None and self.succession == acte and self.siret == siret:
            return self.redire(DemandeurSucceede, siret=siret)
        self._exiger_demandeur_en_place()
        self.survient(DemandeurSucceede(siret=siret, denomination=denomination, acte=acte))

    def disparaitre(self, acte: UUID) -> None:
        """Note that nobody succeeds the applicant, which is a motif, or refuse with GesteImpossible; repeating it is silent."""
        if self.succession is not None and self.succession == acte and ("demandeur_disparu", "") in self.motifs:
            return self.redire(DemandeurDisparu, acte=acte)
        self._exiger_demandeur_en_place()
        self.survient(DemandeurDisparu(acte=acte))
        self.relever("demandeur_disparu")

    def _exiger_demandeur_en_place(self) -> None:
        """Refuse with GesteImpossible, saying what comes first: a proposition, a line and an award each name their applicant."""
        geste = "constater-succession"
        if self.etat in {Etat.PROPOSE, Etat.INSCRIT}:
            raise self.impossible(
                geste, "une proposition nomme son demandeur : elle se renvoie d’abord (« dossier renvoyer »)"
            )
        if self.etat is Etat.DECIDE and self.issue == "attribue":
            raise self.impossible(geste, APRES_LE_VOTE)
        self.exiger(geste, *AVANT_PROPOSITION)
