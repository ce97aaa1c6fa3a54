"""Propose, approve, send back."""

from uuid import UUID

from aggregates.dossier.etat import Etat, EtatDossier
from aggregates.dossier.proposition.faits import EtapeDeCalcul, Propose, Renvoye, Vise
from dispositifs.evaluation import Etape, Evaluation
from kernel.refus import DejaFait, GesteImpossible, Refus


class MotifExige(Refus):
    """An amount other than the computed one needs a motive."""

    code = "motif_exige"


class MontantExige(Refus):
    """Without a règlement nothing is computed: the amount must be given."""

    code = "montant_exige"


class MontantHorsBornes(Refus):
    """A proposed amount is at least zero and at most what is asked."""

    code = "montant_hors_bornes"


class AuteurDeLaProposition(Refus):
    """Four eyes: the author of a proposition cannot approve it."""

    code = "quatre_yeux"


class Instruction(EtatDossier):
    """Propose an amount, approve it, send it back."""

    def proposer(self, evaluation: Evaluation | None, montant_centimes: int | None, motif: UUID | None) -> None:
        """Propose the computed amount, or another with its motive.

        Refuse with MotifExige, MontantHorsBornes, GesteImpossible or DejaFait; the same again is silent.
        """
        calcule = None if evaluation is None else evaluation.montant_centimes
        montant = calcule if montant_centimes is None else montant_centimes
        if montant is None:
            raise MontantExige("Ce dossier a commencé ailleurs, sans règlement : donnez le montant proposé.")
        motif = motif if montant != calcule else None
        if self.etat is Etat.PROPOSE and self.proposition is not None:
            connue = self.proposition
            if (connue.montant_centimes, connue.par, connue.motif) == (montant, self.contexte.acteur, motif):
                return
            raise DejaFait(
                "Une autre proposition est déjà faite (montant, motif ou auteur) : faites-la renvoyer d’abord.",
                fait=Propose.topic,
            )
        self.exiger("proposer", Etat.COMPLET, Etat.EN_INSTRUCTION)
        if montant < 0 or (self.demande_centimes is not None and montant > self.demande_centimes):
            raise MontantHorsBornes(
                "Le montant proposé doit être compris entre zéro et le montant demandé.",
                montant_centimes=montant,
                demande_centimes=self.demande_centimes,
            )
        if calcule is not None and montant != calcule and motif is None:
            raise MotifExige("Un montant différent du montant calculé exige un motif.", calcule_centimes=calcule)
        self.survient(
            Propose(
                montant_centimes=montant,
                calcule_centimes=calcule,
                base_eligible_centimes=None if evaluation is None else evaluation.base_eligible_centimes,
                etapes=() if evaluation is None else tuple(_etape(etape) for etape in evaluation.etapes),
                motif=motif,
            )
        )

    def viser(self) -> None:
        """Approve the proposition, or refuse with GesteImpossible or AuteurDeLaProposition; repeating it is silent."""
        if (
            self.etat is Etat.PROPOSE
            and self.proposition is not None
            and self.proposition.vise_par == self.contexte.acteur
        ):
            return
        self.exiger("viser", Etat.PROPOSE)
        assert self.proposition is not None
        if self.proposition.vise_par is not None:
            raise DejaFait("La proposition est déjà visée par une autre personne.", fait=Vise.topic)
        if self.proposition.par == self.contexte.acteur:
            raise AuteurDeLaProposition("Vous avez fait cette proposition : une autre personne doit la viser.")
        self.survient(Vise())

    def renvoyer(self, motif: UUID) -> None:
        """Send the proposition back to the instructeur; repeating it is silent.

        Refuse with GesteImpossible, AuteurDeLaProposition, or DejaFait (sent back for another motive).
        """
        if self.etat is Etat.EN_INSTRUCTION and self.renvoi is not None:
            if self.renvoi == motif:
                return
            raise DejaFait("La proposition est déjà renvoyée, pour un autre motif.", fait=Renvoye.topic)
        self.exiger("renvoyer", Etat.PROPOSE)
        if self.proposition is None:
            raise GesteImpossible("Aucune proposition à renvoyer.", geste="renvoyer", etat=self.etat.value)
        if self.proposition.par == self.contexte.acteur:
            raise AuteurDeLaProposition("Vous avez fait cette proposition : une autre personne doit la renvoyer.")
        self.survient(Renvoye(motif=motif))


def _etape(etape: Etape) -> EtapeDeCalcul:
    return EtapeDeCalcul(libelle=etape.libelle, resultat_centimes=etape.resultat_centimes, source=etape.source)
