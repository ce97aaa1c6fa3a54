"""The échéancier is fixed; then what is owed is reckoned, échéance by échéance, on bank details that two persons agreed on."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from aggregates.subvention.echeancier import EcheancierFixe, EcheancierIllisible, EcheancierInexact
from aggregates.subvention.etat import (
    EcheancePrevue,
    EtapeDePaiement,
    EtatSubvention,
    FaitDePaiement,
    NatureEcheance,
    Paiement,
    attente_d_echeance,
    dans_le_delai,
    dernier,
    ou_renoncer,
)
from kernel.attentes import Attente, Cle, Role
from kernel.faits import Entete, Jalon, Noms
from kernel.montants import en_euros
from kernel.refus import Refus
from kernel.textes import compte


class EcheanceLiquidee(FaitDePaiement, topic="subvention.echeance_liquidee.v1"):
    """What is owed was reckoned, to be paid on these validated bank details (an id of the coffre)."""

    montant_centimes: int
    coordonnees: UUID

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.paiements[self.echeance] = Paiement(
            etape=EtapeDePaiement.LIQUIDEE,
            tentative=self.tentative,
            montant_centimes=self.montant_centimes,
            coordonnees=self.coordonnees,
            liquidee_par=entete.auteurs,
            liquidation=entete.version,
            jalon=Jalon.de(entete),
        )

    def phrase(self, noms: Noms) -> str:
        return f"Échéance {self.echeance} liquidée : {en_euros(self.montant_centimes)}."


class EcheancierAFixer(Refus, code="echeancier_a_fixer"):
    """No échéancier makes the whole award: nothing can be liquidated."""


class EcheanceInconnue(Refus, code="echeance_inconnue"):
    """The échéancier has no such échéance."""


class EcheancePrecedente(Refus, code="echeance_precedente"):
    """Échéances are liquidated in order."""


class EngagementAbsent(Refus, code="engagement_absent"):
    """No credits are engaged for what would be liquidated."""


class RepriseAValider(Refus, code="reprise_a_valider"):
    """No payment of an award taken over before a second person vouched for it."""


class ConventionExigee(Refus, code="convention_exigee"):
    """No payment before the convention is signed (loi 2000-321, art. 10)."""


class CoordonneesNonValidees(Refus, code="coordonnees_non_validees"):
    """The tiers has no bank details that a second person validated."""


class Liquidation(EtatSubvention):
    """Fix the échéancier, reckon what is owed."""

    def fixer_echeancier(self, echeances: Sequence[EcheancePrevue], source: str | None = None) -> None:
        """Fix the payments, or refuse with EcheancierIllisible (kinds), EcheancierInexact (sum) or DejaFait.

        Repeating it is silent. When a corrected award made the échéancier false, a new one keeps what was liquidated.
        """
        self.exiger_vivante("fixer-echeancier")
        voulues = tuple(echeances)
        if self.echeancier == voulues and self.echeancier_valide:
            return self.redire(EcheancierFixe)
        if self.echeancier_valide:
            raise EcheancierFixe.deja("Un autre échéancier est déjà fixé.")
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
                raise EcheanceLiquidee.deja(
                    f"L’échéance {rang} est déjà liquidée pour {en_euros(paiement.montant_centimes)}."
                )
        self.survient(EcheancierFixe(echeances=voulues, source=source))

    def prevue(self, rang: int) -> EcheancePrevue:
        if not self.echeancier_valide:
            raise EcheancierAFixer("Aucun échéancier ne fait le montant de la subvention : fixez-le d’abord.")
        if not 1 <= rang <= len(self.echeancier):
            raise EcheanceInconnue(
                f"L’échéancier compte {compte(len(self.echeancier), 'échéance')} : pas de n° {rang}.", echeance=rang
            )
        return self.echeancier[rang - 1]

    def liquider(self, rang: int, coordonnees: UUID | None) -> None:
        """Reckon what is owed for an échéance, on validated bank details; repeating it is silent.

        Before it is ordered, other validated details correct the liquidation. Refuse with EcheancierAFixer,
        EcheanceInconnue, EcheancePrecedente, RepriseAValider, ConventionExigee, EngagementAbsent, CoordonneesNonValidees,
        AvantLeJalon or DejaFait.
        """
        self.exiger_vivante("liquider")
        prevue = self.prevue(rang)
        if self.reprise_a_valider:
            raise RepriseAValider("Cette attribution vient d’une reprise : une autre personne doit d’abord la valider.")
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
        self._exiger_a_son_tour(rang)
        tentative = self.rejets[rang].tentative + 1 if rang in self.rejets else 1
        montant = prevue.montant_centimes
        self.survient(
            EcheanceLiquidee(echeance=rang, tentative=tentative, montant_centimes=montant, coordonnees=coordonnees)
        )

    def _exiger_a_son_tour(self, rang: int) -> None:
        """Refuse with AvantLeJalon a liquidation dated before what allows it."""
        self.exiger_apres("la force exécutoire de la délibération", self.ouverture)
        self.exiger_apres("la validation de la reprise", self.validation)
        self.exiger_apres("l’engagement des crédits", self.engagement)
        self.exiger_apres("la signature de la convention", self.convention)
        if (rejet := self.rejets.get(rang)) is not None:
            self.exiger_apres("le rejet du mandat précédent", rejet.jalon)
        if (precedente := self.paiements.get(rang - 1)) is not None:
            faite = self.inscriptions[precedente.liquidation - 1].entete.effectif_le
            self.exiger_apres(f"la liquidation de l’échéance {rang - 1}", faite)

    def _liquider_de_nouveau(self, rang: int, deja: Paiement, coordonnees: UUID) -> None:
        if deja.coordonnees == coordonnees:
            return self.redire(EcheanceLiquidee, echeance=rang)
        if deja.etape is not EtapeDePaiement.LIQUIDEE:
            raise EcheanceLiquidee.deja(f"L’échéance {rang} est déjà mandatée sur d’autres coordonnées bancaires.")
        fait = EcheanceLiquidee(
            echeance=rang, tentative=deja.tentative, montant_centimes=deja.montant_centimes, coordonnees=coordonnees
        )
        self.corriger(fait, deja.liquidation)


def _exiger_natures(natures: Sequence[NatureEcheance]) -> None:
    """Refuse an échéancier whose kinds do not follow: one unique alone, or a solde last, if any, after the rest."""
    unique, solde = natures.count(NatureEcheance.UNIQUE), natures.count(NatureEcheance.SOLDE)
    if not natures or (unique and len(natures) > 1) or solde > 1 or (solde and natures[-1] is not NatureEcheance.SOLDE):
        raise EcheancierIllisible(
            "Une échéance unique est seule, et un solde vient en dernier.", echeances=[n.value for n in natures]
        )


def attentes(subvention: EtatSubvention) -> Iterator[Attente]:
    """Yield the échéancier while none makes the whole award; then the next liquidation, once nothing stands before it."""
    if subvention.ouverture is not None and not subvention.echeancier_valide:
        echeancier = Attente(
            Cle("echeancier", "", subvention.ouverture.version),
            de=Role.FINANCE,
            depuis=subvention.ouverture.depuis,
            gestes=ou_renoncer(subvention, "fixer-echeancier"),
            fondement="échéancier de versement de la subvention",
            habituelle=timedelta(days=15),
        )
        yield dans_le_delai(subvention, echeancier)
    suivante = subvention.prochaine_a_liquider
    pret = subvention.echeancier_valide and subvention.engagee and not subvention.convention_manquante
    pret = pret and not subvention.reprise_a_valider
    if pret and suivante is not None:
        depuis = _pret_depuis(subvention, suivante)
        possibles = ou_renoncer(subvention, "liquider")
        yield attente_d_echeance(subvention, "liquidation", suivante, depuis, Role.FINANCE, possibles)


def _pret_depuis(subvention: EtatSubvention, rang: int) -> Jalon:
    """Return the last fact without which the échéance could not be liquidated, and when the last of them took effect."""
    precedent = subvention.paiements.get(rang - 1)
    rejet = subvention.rejets.get(rang)
    jalons = (
        subvention.ouverture,
        subvention.engagement,
        subvention.convention,
        subvention.validation,
        subvention.echeancier_jalon,
        precedent.jalon if precedent else None,
        rejet.jalon if rejet else None,
    )
    return dernier(un for un in jalons if un is not None)
