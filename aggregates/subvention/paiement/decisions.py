"""Fix the échéancier; then liquidate, order, sign, pay or reject each échéance, each attempt exactly once."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from aggregates.subvention.echeancier import EcheancierIllisible, EcheancierInexact
from aggregates.subvention.etat import EcheancePrevue, Etape, EtatSubvention, NatureEcheance, Paiement
from aggregates.subvention.paiement.faits import (
    EcheanceLiquidee,
    EcheanceMandatee,
    EcheancierFixe,
    MandatPorteAuBordereau,
    PaiementConstate,
    RejetConstate,
    SignatureConstatee,
)
from kernel.montants import en_euros
from kernel.refus import DejaFait, GesteImpossible, Refus, SaisieInvalide
from kernel.textes import compte

_MOTIF: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,39}")


class EcheancierAFixer(Refus):
    """No échéancier makes the whole award: nothing can be liquidated."""

    code = "echeancier_a_fixer"


class EcheanceInconnue(Refus):
    """The échéancier has no such échéance."""

    code = "echeance_inconnue"


class EcheancePrecedente(Refus):
    """Échéances are liquidated in order."""

    code = "echeance_precedente"


class EngagementAbsent(Refus):
    """No credits are engaged for what would be liquidated."""

    code = "engagement_absent"


class ConventionExigee(Refus):
    """No payment before the convention is signed (loi 2000-321, art. 10)."""

    code = "convention_exigee"


class CoordonneesNonValidees(Refus):
    """The tiers has no bank details that a second person validated."""

    code = "coordonnees_non_validees"


class CoordonneesChangees(Refus):
    """The bank details are no longer those of the liquidation: paying a fraudster does not free the debtor."""

    code = "coordonnees_changees"


class LiquidateurOrdonnateur(Refus):
    """Four eyes: who reckoned what is owed does not order it."""

    code = "quatre_yeux"


class Paiements(EtatSubvention):
    """The échéances of an award, from the échéancier to the last payment."""

    def fixer_echeancier(self, echeances: Sequence[EcheancePrevue], source: str | None = None) -> None:
        """Fix the payments, or refuse with EcheancierIllisible (kinds), EcheancierInexact (sum) or DejaFait.

        Repeating it is silent. When a corrected award made the échéancier false, a new one keeps what was liquidated.
        """
        self.exiger_vivante("fixer-echeancier")
        voulues = tuple(echeances)
        if self.echeancier == voulues and self.echeancier_valide:
            return
        if self.echeancier_valide:
            raise DejaFait("Un autre échéancier est déjà fixé.", fait=EcheancierFixe.topic)
        _exiger_natures([echeance.nature for echeance in voulues])
        total = sum(echeance.montant_centimes for echeance in voulues)
        if total != self.vote_centimes or min(echeance.montant_centimes for echeance in voulues) <= 0:
            raise EcheancierInexact(
                f"L’échéancier fait {en_euros(total)}, et non {en_euros(self.vote_centimes)} sans échéance nulle.",
                total_centimes=total,
                vote_centimes=self.vote_centimes,
            )
        for rang, paiement in self.paiements.items():
            if rang > len(voulues) or voulues[rang - 1].montant_centimes != paiement.montant_centimes:
                raise DejaFait(
                    f"L’échéance {rang} est déjà liquidée pour {en_euros(paiement.montant_centimes)}.",
                    fait=EcheanceLiquidee.topic,
                )
        self.survient(EcheancierFixe(echeances=voulues, source=source))

    def liquider(self, rang: int, coordonnees: UUID | None) -> None:
        """Reckon what is owed for an échéance, on validated bank details; repeating it is silent.

        Before it is ordered, other validated details correct the liquidation. Refuse with EcheancierAFixer,
        EcheanceInconnue, EcheancePrecedente, ConventionExigee, EngagementAbsent, CoordonneesNonValidees or DejaFait.
        """
        self.exiger_vivante("liquider")
        prevue = self._prevue(rang)
        if self.convention_manquante:
            raise ConventionExigee("La convention n’est pas signée : aucune échéance ne peut être liquidée.")
        if coordonnees is None:
            raise CoordonneesNonValidees(
                "Les coordonnées bancaires du tiers ne sont pas validées par une seconde personne."
            )
        deja = self.paiements.get(rang)
        if deja is not None:
            self._liquider_de_nouveau(rang, deja, coordonnees)
            return
        if self.prochaine_a_liquider != rang:
            raise EcheancePrecedente(
                f"L’échéance {self.prochaine_a_liquider} n’est pas liquidée : elle vient avant l’échéance {rang}.",
                attendue=self.prochaine_a_liquider,
            )
        if self.liquide_centimes + prevue.montant_centimes > min(self.engage_centimes, self.vote_centimes):
            raise EngagementAbsent(
                f"L’engagement de la subvention, {en_euros(self.engage_centimes)}, ne couvre pas cette échéance.",
                engage_centimes=self.engage_centimes,
            )
        tentative = self.rejets[rang].tentative + 1 if rang in self.rejets else 1
        montant = prevue.montant_centimes
        self.survient(
            EcheanceLiquidee(echeance=rang, tentative=tentative, montant_centimes=montant, coordonnees=coordonnees)
        )

    def mandater(self, rang: int, coordonnees: UUID | None) -> None:
        """Order an échéance, or refuse with LiquidateurOrdonnateur, CoordonneesChangees, GesteImpossible or DejaFait.

        Repeating it is silent; `coordonnees` are the validated ones of that moment.
        """
        paiement = self._paiement(rang, "mandater")
        if paiement.etape is not Etape.LIQUIDEE:
            if paiement.mandatee_par == self.contexte.acteur:
                return
            raise DejaFait(f"L’échéance {rang} est déjà mandatée par une autre personne.", fait=EcheanceMandatee.topic)
        self.exiger_vivante("mandater")
        if paiement.liquidee_par == self.contexte.acteur:
            raise LiquidateurOrdonnateur("Vous avez liquidé cette échéance : une autre personne doit la mandater.")
        if paiement.coordonnees != coordonnees:
            raise CoordonneesChangees(
                "Les coordonnées bancaires ont changé depuis la liquidation : liquidez de nouveau l’échéance."
            )
        self.survient(EcheanceMandatee(echeance=rang, tentative=paiement.tentative))

    def porter_au_bordereau(self, rang: int, tentative: int, bordereau: UUID, bordereau_ref: str) -> None:
        """Note the bordereau of a mandat, or refuse with GesteImpossible or DejaFait; repeating it is silent."""
        paiement = self._tentative(rang, tentative, "porter-au-bordereau")
        if paiement.bordereau == bordereau:
            return
        if paiement.bordereau is not None:
            raise DejaFait("Ce mandat est déjà sur un autre bordereau.", fait=MandatPorteAuBordereau.topic)
        if paiement.etape is not Etape.MANDATEE:
            raise GesteImpossible(f"L’échéance {rang} n’est pas mandatée.", geste="porter-au-bordereau")
        self.survient(
            MandatPorteAuBordereau(echeance=rang, tentative=tentative, bordereau=bordereau, bordereau_ref=bordereau_ref)
        )

    def constater_signature(self, rang: int, tentative: int, bordereau: UUID) -> None:
        """Learn that the bordereau is signed, or refuse with GesteImpossible or DejaFait; repeating it is silent.

        The signature may come before the subvention knows on which bordereau its mandat is.
        """
        paiement = self._tentative(rang, tentative, "constater-signature")
        if paiement.bordereau not in {None, bordereau}:
            raise DejaFait("Ce mandat est sur un autre bordereau.", fait=MandatPorteAuBordereau.topic)
        if paiement.etape in {Etape.SIGNEE, Etape.PAYEE}:
            return
        if paiement.etape is not Etape.MANDATEE:
            raise GesteImpossible(f"L’échéance {rang} n’est pas mandatée.", geste="constater-signature")
        self.survient(SignatureConstatee(echeance=rang, tentative=tentative, bordereau=bordereau))

    def constater_paiement(self, rang: int) -> None:
        """Record that the comptable paid a signed mandat, once; refuse with GesteImpossible; repeating it is silent."""
        paiement = self._paiement(rang, "constater-paiement")
        if paiement.etape is Etape.PAYEE:
            return
        if paiement.etape is not Etape.SIGNEE:
            raise GesteImpossible(f"Le bordereau de l’échéance {rang} n’est pas signé.", geste="constater-paiement")
        montant = paiement.montant_centimes
        self.survient(PaiementConstate(echeance=rang, tentative=paiement.tentative, montant_centimes=montant))

    def constater_rejet(self, rang: int, motif: str) -> None:
        """Record that the comptable refused a signed mandat; the échéance is to be liquidated again.

        Repeating it is silent; refuse with SaisieInvalide (code of the motive), DejaFait (other motive) or
        GesteImpossible (not signed, or paid).
        """
        if not _MOTIF.fullmatch(motif):
            raise SaisieInvalide("Le motif du rejet est un code : lettres sans accent, chiffres, tirets.", motif=motif)
        rejet = self.rejets.get(rang)
        if rejet is not None and rang not in self.paiements:
            if rejet.motif == motif:
                return
            raise DejaFait(f"L’échéance {rang} est déjà rejetée pour un autre motif.", fait=RejetConstate.topic)
        paiement = self._paiement(rang, "constater-rejet")
        if paiement.etape is not Etape.SIGNEE:
            raise GesteImpossible(
                f"L’échéance {rang} est {paiement.etape} : seul un mandat signé et non payé peut être rejeté.",
                geste="constater-rejet",
                etape=paiement.etape.value,
            )
        self.survient(
            RejetConstate(
                echeance=rang, tentative=paiement.tentative, montant_centimes=paiement.montant_centimes, motif=motif
            )
        )

    def _liquider_de_nouveau(self, rang: int, deja: Paiement, coordonnees: UUID) -> None:
        if deja.coordonnees == coordonnees:
            return
        if deja.etape is not Etape.LIQUIDEE:
            raise DejaFait(
                f"L’échéance {rang} est déjà mandatée sur d’autres coordonnées bancaires.", fait=EcheanceLiquidee.topic
            )
        fait = EcheanceLiquidee(
            echeance=rang, tentative=deja.tentative, montant_centimes=deja.montant_centimes, coordonnees=coordonnees
        )
        self._corriger(fait, deja.liquidation)

    def _prevue(self, rang: int) -> EcheancePrevue:
        if not self.echeancier_valide:
            raise EcheancierAFixer("Aucun échéancier ne fait le montant de la subvention : fixez-le d’abord.")
        if not 1 <= rang <= len(self.echeancier):
            raise EcheanceInconnue(
                f"L’échéancier compte {compte(len(self.echeancier), 'échéance')} : pas de n° {rang}.", echeance=rang
            )
        return self.echeancier[rang - 1]

    def _paiement(self, rang: int, geste: str) -> Paiement:
        """Return the attempt under way, or refuse with EcheancierAFixer, EcheanceInconnue or GesteImpossible."""
        paiement = self.paiements.get(rang)
        if paiement is None:
            self._prevue(rang)
            raise GesteImpossible(f"L’échéance {rang} n’est pas liquidée.", geste=geste)
        return paiement

    def _tentative(self, rang: int, tentative: int, geste: str) -> Paiement:
        paiement = self._paiement(rang, geste)
        if paiement.tentative != tentative:
            raise GesteImpossible(f"La tentative {tentative} de l’échéance {rang} n’est plus en cours.", geste=geste)
        return paiement


def _exiger_natures(natures: Sequence[NatureEcheance]) -> None:
    """Refuse an échéancier whose kinds do not follow: one unique alone, or a solde last, if any, after the rest."""
    unique, solde = natures.count(NatureEcheance.UNIQUE), natures.count(NatureEcheance.SOLDE)
    if not natures or (unique and len(natures) > 1) or solde > 1 or (solde and natures[-1] is not NatureEcheance.SOLDE):
        raise EcheancierIllisible(
            "Une échéance unique est seule, et un solde vient en dernier.", echeances=[n.value for n in natures]
        )
