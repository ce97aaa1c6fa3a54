"""From the complete dossier to a visa: amount computed from the règlement, four eyes."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from aggregates.dossier.elements import VisaPrevu
from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier, Proposition
from aggregates.dossier.examen import exiger_criteres_apprecies
from aggregates.dossier.motifs import exiger_reponses, repond
from aggregates.dossier.rejet import permis
from dispositifs.evaluation import EntreeDuCalcul, Evaluation, PasDeCalcul
from kernel.attentes import Attente, Cle, Role
from kernel.faits import Entete, Noms
from kernel.instants import jour_de
from kernel.montants import en_euros
from kernel.refus import Refus, SaisieInvalide


class Propose(FaitDossier, topic="dossier.propose.v1"):
    """An amount was proposed: the one computed from the règlement, a lower one with its motive, or a higher one by a dérogation.

    `entree` is all that the calculation read, for anybody to compute it again; `derogation` is the act cited.
    """

    montant_centimes: int
    calcule_centimes: int | None
    base_eligible_centimes: int | None
    etapes: tuple[PasDeCalcul, ...]
    motif: UUID | None
    entree: EntreeDuCalcul | None = None
    derogation: UUID | None = None
    visas: tuple[VisaPrevu, ...] = ()

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.proposition = Proposition(
            entete.version,
            entete.auteurs,
            self.montant_centimes,
            self.base_eligible_centimes,
            motif=self.motif,
            derogation=self.derogation,
            visas=self.visas,
            le=jour_de(entete.effectif_le),
        )
        agregat.passer(Etat.PROPOSE, entete)

    def phrase(self, noms: Noms) -> str:
        ecart, calcule = "", self.calcule_centimes
        if calcule is not None and self.montant_centimes != calcule:
            dits = [noms.texte(texte) for texte in (self.motif,) if texte is not None]
            dits += [] if self.derogation is None else [f"dérogation : {noms.texte(self.derogation)}"]
            ecart = f" au lieu de {en_euros(calcule)} calculés ({' ; '.join(dits)})"
        eligible = self.base_eligible_centimes
        base = "" if eligible is None else f", sur une base éligible de {en_euros(eligible)}"
        return f"Proposition de {en_euros(self.montant_centimes)}{ecart}{base}."


class Renvoye(FaitDossier, topic="dossier.renvoye.v1"):
    """The proposition was sent back to the instructeur."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        avant = Etat.EN_INSTRUCTION if agregat.proposition is None else agregat.proposition.revient_a
        agregat.proposition, agregat.renvoi = None, self.motif
        agregat.passer(avant, entete)

    def phrase(self, noms: Noms) -> str:
        return f"Proposition renvoyée à l’instruction : {noms.texte(self.motif)}."


class MotifExige(Refus, code="motif_exige"):
    """An amount below the computed one needs a motive."""


class DerogationExigee(Refus, code="derogation_exigee"):
    """An authority is bound by its règlement: only an act that is cited allows an amount above the computed maximum."""


class MontantExige(Refus, code="montant_exige"):
    """Without a règlement nothing is computed: the amount must be given."""


class MontantHorsBornes(Refus, code="montant_hors_bornes"):
    """A proposed amount is at least zero and at most what is asked."""


class Instruction(EtatDossier):
    """Propose an amount, send it back."""

    def proposer(
        self,
        evaluation: Evaluation | None,
        montant_centimes: int | None,
        motif: UUID | None,
        derogation: UUID | None = None,
        visas: tuple[VisaPrevu, ...] = (),
    ) -> None:
        """Propose the computed amount, a lower one with its motive, or a higher one by a dérogation that cites its act.

        Refuse with MotifExige, DerogationExigee, MontantHorsBornes, MontantExige, SaisieInvalide (a dérogation to nothing),
        CriteresSansReponse, MotifsSansReponse, MotifRetenu, GesteImpossible or DejaFait; the same again is silent.
        """
        calcule = None if evaluation is None else evaluation.montant_centimes
        montant = calcule if montant_centimes is None else montant_centimes
        if montant is None:
            raise MontantExige("Ce dossier a commencé ailleurs, sans règlement : donnez le montant proposé.")
        motif = motif if montant != calcule else None
        if self.etat is Etat.PROPOSE and self.proposition is not None:
            connue = self.proposition
            dite = (connue.montant_centimes, connue.par, connue.motif, connue.derogation)
            if dite == (montant, self.contexte.auteurs, motif, derogation):
                return self.redire(Propose)
            raise Propose.deja(
                "Une autre proposition est déjà faite (montant, motif ou auteur) : faites-la renvoyer d’abord."
            )
        self.exiger("proposer", Etat.COMPLET, Etat.EN_INSTRUCTION)
        exiger_criteres_apprecies(self)
        self.exiger_apres("la complétude" if self.etat is Etat.COMPLET else "l’instruction", self.jalon)
        exiger_reponses(self, attribution=True)
        self._exiger_montant(montant, calcule, motif, derogation)
        self.survient(
            Propose(
                montant_centimes=montant,
                calcule_centimes=calcule,
                base_eligible_centimes=None if evaluation is None else evaluation.base_eligible_centimes,
                etapes=() if evaluation is None else evaluation.etapes,
                motif=motif,
                entree=None if evaluation is None else evaluation.entree,
                derogation=derogation,
                visas=tuple(visa for visa in visas if visa.a_partir_de_centimes <= montant),
            )
        )

    def _exiger_montant(self, montant: int, calcule: int | None, motif: UUID | None, derogation: UUID | None) -> None:
        """Refuse an amount out of bounds, or other than the computed one without what allows it."""
        if montant < 0 or (self.demande_centimes is not None and montant > self.demande_centimes):
            raise MontantHorsBornes(
                "Le montant proposé doit être compris entre zéro et le montant demandé.",
                montant_centimes=montant,
                demande_centimes=self.demande_centimes,
            )
        if derogation is not None and (calcule is None or montant <= calcule):
            raise SaisieInvalide("Une dérogation permet un montant supérieur au calcul : ce montant n’en demande pas.")
        if calcule is None or montant == calcule:
            return
        if montant > calcule and derogation is None:
            raise DerogationExigee(
                f"Le règlement donne au plus {en_euros(calcule)} : un montant supérieur exige une dérogation, qui cite son acte.",
                champ="derogation",
                calcule_centimes=calcule,
            )
        if montant < calcule and motif is None:
            raise MotifExige(
                f"Le règlement calcule {en_euros(calcule)} : un montant inférieur exige un motif.",
                champ="motif",
                calcule_centimes=calcule,
            )

    def renvoyer(self, motif: UUID) -> None:
        """Send the proposition back to the instructeur; repeating it is silent.

        Refuse with GesteImpossible, QuatreYeux, or DejaFait (sent back for another motive).
        """
        if self.proposition is None and self.renvoi is not None and self.tient_encore:
            if self.renvoi == motif:
                return self.redire(Renvoye)
            raise Renvoye.deja("La proposition est déjà renvoyée, pour un autre motif.")
        self.exiger("renvoyer", Etat.PROPOSE)
        if self.proposition is None:
            raise self.impossible("renvoyer", "aucune proposition à renvoyer")
        self.quatre_yeux(
            "Vous avez fait cette proposition : une autre personne doit la renvoyer.", *self.proposition.par
        )
        self.exiger_apres("la proposition", self.jalon)
        self.survient(Renvoye(motif=motif))


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the proposition awaited of the instructeur."""
    jalon = dossier.jalon
    if jalon is None:
        return
    if dossier.etat in {Etat.COMPLET, Etat.EN_INSTRUCTION} and not dossier.criteres_sans_reponse:
        repondre = [repond(motif) for motif in dossier.motifs_sans_reponse or dossier.motifs_retenus]
        yield Attente(
            Cle("proposition", "", jalon.version),
            de=Role.INSTRUCTEUR,
            depuis=jalon.depuis,
            gestes=dossier.a_faire(
                repondre[0] if repondre else "proposer",
                "demander-avis",
                "examiner-eligibilite",
                "retirer",
                *permis(dossier, "declarer-irrecevable"),
            ),
            fondement=dossier.reglement or "instruction",
            habituelle=timedelta(days=30),
        )
