"""Settle an award, or record that the beneficiary gave it up; then what follows on the enveloppe and the dossier."""

from uuid import UUID

from aggregates.subvention.etat import EtatSubvention, Terme
from aggregates.subvention.fin.faits import (
    ClotureConstatee,
    DegagementConstate,
    SubventionRenoncee,
    SubventionSoldee,
)
from kernel.montants import en_euros
from kernel.refus import DejaFait, GesteImpossible, Refus


class ResteAPayer(Refus):
    """Something is still owed."""

    code = "reste_a_payer"


class PaiementEngage(Refus):
    """A payment was ordered: giving up needs its rejection first, or a reversement."""

    code = "paiement_en_cours"


class Fin(EtatSubvention):
    """How an award ends."""

    def solder(self) -> None:
        """Record that nothing more is owed, or refuse with ResteAPayer or GesteImpossible; repeating it is silent."""
        if self.terme is Terme.SOLDEE:
            return
        self.exiger_vivante("solder")
        if not self.tout_est_paye:
            reste = self.vote_centimes - self.paye_centimes
            raise ResteAPayer(
                f"La subvention n’est pas entièrement payée : il reste {en_euros(reste)}.", reste_centimes=reste
            )
        self.survient(SubventionSoldee(paye_centimes=self.paye_centimes))

    def renoncer(self, motif: UUID) -> None:
        """Record that the beneficiary gives up; repeating it is silent.

        Refuse with PaiementEngage, GesteImpossible, or DejaFait (given up for another motive).
        """
        if self.terme is Terme.RENONCEE:
            if self.renonciation == motif:
                return
            raise DejaFait("La renonciation est déjà enregistrée, pour un autre motif.", fait=SubventionRenoncee.topic)
        self.exiger_vivante("renoncer")
        ordonnees = self.ordonnees
        if ordonnees:
            raise PaiementEngage(
                f"L’échéance {ordonnees[0]} est mandatée ou payée : la renonciation ne suffit plus.",
                echeances=ordonnees,
            )
        self.survient(SubventionRenoncee(motif=motif))

    def constater_degagement(self) -> None:
        """Learn that the credits were released, or refuse with GesteImpossible; repeating it is silent."""
        if self.degage:
            return
        if self.terme is not Terme.RENONCEE or self.engagement is None:
            raise GesteImpossible("Aucun engagement de cette subvention n’est à dégager.", geste="constater-degagement")
        self.survient(DegagementConstate(montant_centimes=self.engagement_centimes))

    def constater_cloture(self) -> None:
        """Learn that the dossier is closed, or refuse with GesteImpossible; repeating it is silent."""
        if self.dossier_clos:
            return
        if self.terme is None:
            raise GesteImpossible("Cette subvention n’est pas terminée.", geste="constater-cloture")
        self.survient(ClotureConstatee())
