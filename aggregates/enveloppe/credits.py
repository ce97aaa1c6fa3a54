"""Credits voted, taken back, reserved for a rapport, given back or engaged: never below zero."""

from uuid import UUID

from aggregates.enveloppe.etat import (
    Engagement,
    EtatEnveloppe,
    FaitEnveloppe,
    LigneEngagee,
    Section,
    reference_enveloppe,
)
from kernel.faits import Entete, IdDeTexte, Jalon, Noms
from kernel.instants import debut_de
from kernel.montants import en_euros
from kernel.refus import Refus, SaisieInvalide
from kernel.textes import compte, de


class EnveloppeOuverte(FaitEnveloppe, topic="enveloppe.ouverte.v1", reveille=False):
    """An enveloppe exists, still empty."""

    ref: str
    dispositif: str
    exercice: int
    section: Section

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        agregat.ref, agregat.dispositif = self.ref, self.dispositif
        agregat.exercice, agregat.section = self.exercice, self.section

    def phrase(self, noms: Noms) -> str:
        return f"Enveloppe {self.ref} ouverte : exercice {self.exercice}, section {de(self.section)}."


class BudgetVote(FaitEnveloppe, topic="enveloppe.budget_vote.v1"):
    """The assembly voted credits, or took some back (amount below zero), by the act named in `source`."""

    montant_centimes: int
    source: IdDeTexte

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        agregat.votes[self.source] = self.montant_centimes
        depuis = debut_de(entete.effectif_le)
        agregat.budget_depuis = min(agregat.budget_depuis or depuis, depuis)
        agregat.mouvement(entete)

    def phrase(self, noms: Noms) -> str:
        quoi = "repris" if self.montant_centimes < 0 else "votés"
        return f"Crédits {quoi} : {en_euros(abs(self.montant_centimes))} ({noms.texte(self.source)})."


class CreditsReserves(FaitEnveloppe, topic="enveloppe.credits_reserves.v1"):
    """Credits are kept for a rapport that is not voted yet."""

    deliberation: UUID
    montant_centimes: int

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        agregat.reservations[self.deliberation] = self.montant_centimes
        agregat.liberees.discard(self.deliberation)

    def phrase(self, noms: Noms) -> str:
        return f"Crédits réservés pour un rapport : {en_euros(self.montant_centimes)}."


class ReservationLiberee(FaitEnveloppe, topic="enveloppe.reservation_liberee.v1"):
    """A rapport will not use the credits kept for it."""

    deliberation: UUID
    montant_centimes: int

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        agregat.reservations.pop(self.deliberation, None)
        agregat.liberees.add(self.deliberation)
        agregat.mouvement(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Réservation libérée : {en_euros(self.montant_centimes)}."


class CreditsEngages(FaitEnveloppe, topic="enveloppe.credits_engages.v1"):
    """A voted rapport is engaged, all its lines at once; its reservation is consumed."""

    deliberation: UUID
    lignes: tuple[LigneEngagee, ...]

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        if agregat.en_attente.pop(self.deliberation, None) is None:  # else, what was asked at first is known
            agregat.demandees[self.deliberation] = self.lignes
        agregat.reservations.pop(self.deliberation, None)
        agregat.engagements[self.deliberation] = Engagement(
            self.deliberation,
            self.lignes,
            Jalon.de(entete),
            a_porter=tuple(ligne.dossier for ligne in self.lignes),
        )
        agregat.mouvement(entete)

    def phrase(self, noms: Noms) -> str:
        total = sum(ligne.montant_centimes for ligne in self.lignes)
        return f"Crédits engagés : {en_euros(total)} pour {compte(len(self.lignes), 'dossier')}."


class CreditsInsuffisants(Refus, code="credits_insuffisants"):
    """More than what was voted and is not yet reserved nor engaged."""


class BudgetNonVote(Refus, code="budget_non_vote"):
    """No credits were voted: nothing can be reserved."""


class Credits(EtatEnveloppe):
    """Open, vote, reserve, give back."""

    def ouvrir(self, dispositif: str, exercice: int, section: Section) -> None:
        """Open it; repeating it is silent (its reference is its content)."""
        if self.existe:
            return self.redire(EnveloppeOuverte)
        ref = reference_enveloppe(dispositif, exercice, section)
        self.survient(EnveloppeOuverte(ref=ref, dispositif=dispositif, exercice=exercice, section=section))

    def voter_budget(self, montant_centimes: int, source: UUID) -> None:
        """Record a vote of the budget, or refuse with DejaFait (same act, other amount) or CreditsInsuffisants.

        A later vote adds its amount; below zero it takes credits back, never those that are engaged or reserved.
        """
        self.exiger_ouverte("voter-budget")
        connu = self.votes.get(source)
        if connu == montant_centimes:
            return self.redire(BudgetVote, source=source)
        if connu is not None:
            raise BudgetVote.deja(f"Cet acte a déjà voté {en_euros(connu)} : citez un autre acte.")
        if montant_centimes == 0 or (montant_centimes < 0 and not self.budget_vote):
            raise SaisieInvalide("Le montant voté n’est pas un montant de crédits.", montant_centimes=montant_centimes)
        if self.disponible_centimes + montant_centimes < 0:
            raise CreditsInsuffisants(
                f"Crédits déjà réservés ou engagés : {en_euros(self.disponible_centimes)} au plus peuvent être repris.",
                disponible_centimes=self.disponible_centimes,
            )
        self.survient(BudgetVote(montant_centimes=montant_centimes, source=source))

    def reserver(self, deliberation: UUID, montant_centimes: int) -> None:
        """Keep credits for a rapport; repeating it is silent.

        Refuse with BudgetNonVote, CreditsInsuffisants or DejaFait (another amount, or already engaged).
        """
        self.exiger_ouverte("reserver")
        reserve = self.reservations.get(deliberation)
        if reserve == montant_centimes:
            return self.redire(CreditsReserves, deliberation=deliberation)
        if reserve is not None:
            raise CreditsReserves.deja(f"{en_euros(reserve)} sont déjà réservés pour ce rapport : libérez-les d’abord.")
        if deliberation in self.engagements:
            raise CreditsEngages.deja("Ce rapport est déjà engagé.")
        if montant_centimes <= 0:
            raise SaisieInvalide("Le montant réservé doit être positif.", montant_centimes=montant_centimes)
        if not self.budget_vote:
            raise BudgetNonVote(f"Aucun budget n’est voté pour l’enveloppe {self.ref} : rien à réserver.")
        if montant_centimes > self.disponible_centimes:
            raise CreditsInsuffisants(
                f"Crédits insuffisants : {en_euros(montant_centimes)} demandés, "
                f"{en_euros(self.disponible_centimes)} disponibles.",
                montant_centimes=montant_centimes,
                disponible_centimes=self.disponible_centimes,
            )
        self.exiger_apres("le vote du budget", self.budget_depuis)
        self.survient(CreditsReserves(deliberation=deliberation, montant_centimes=montant_centimes))

    def liberer(self, deliberation: UUID) -> None:
        """Give back the credits kept for a rapport, or refuse with GesteImpossible when none are; repeating it is silent."""
        reserve = self.reservations.get(deliberation)
        if reserve is None:
            if deliberation in self.liberees:
                return self.redire(ReservationLiberee, deliberation=deliberation)
            raise self.impossible("liberer", "aucun crédit n’est réservé pour ce rapport")
        self.exiger_apres("la réservation", self.effet_de(CreditsReserves, deliberation=deliberation))
        self.survient(ReservationLiberee(deliberation=deliberation, montant_centimes=reserve))
