"""Open, vote, reserve, engage, carry, release: whatever the order and the number of writers, never below zero."""

from collections.abc import Sequence
from uuid import UUID

from aggregates.enveloppe.etat import (
    Engagement,
    EtatEnveloppe,
    LigneEngagee,
    LigneRefusee,
    Section,
    reference_enveloppe,
)
from aggregates.enveloppe.faits import (
    BudgetVote,
    CreditsEngages,
    CreditsReserves,
    EngagementDegage,
    EngagementMisEnAttente,
    EngagementPorte,
    EngagementRelance,
    EnveloppeOuverte,
    ReservationLiberee,
)
from kernel.identifiants import SYSTEME, ReferenceInconnue
from kernel.instants import debut_de
from kernel.montants import en_euros
from kernel.refus import DejaFait, GesteImpossible, Refus, SaisieInvalide


class CreditsInsuffisants(Refus):
    """More than what was voted and is not yet reserved nor engaged."""

    code = "credits_insuffisants"


class BudgetNonVote(Refus):
    """No credits were voted: nothing can be reserved."""

    code = "budget_non_vote"


class SubventionVivante(Refus):
    """The credits of a subvention that may still be paid are not released."""

    code = "subvention_vivante"


class Enveloppe(EtatEnveloppe):
    """The credits of one dispositif, one exercice and one section: voted − reserved − engaged is never below zero."""

    def ouvrir(self, dispositif: str, exercice: int, section: Section) -> None:
        """Open it; repeating it is silent (its reference is its content)."""
        if not self.existe:
            ref = reference_enveloppe(dispositif, exercice, section)
            self.survient(EnveloppeOuverte(ref=ref, dispositif=dispositif, exercice=exercice, section=section))

    def voter_budget(self, montant_centimes: int, source: str) -> None:
        """Record a vote of the budget, or refuse with DejaFait (same act, other amount) or CreditsInsuffisants.

        A later vote adds its amount; below zero it takes credits back, never those that are engaged or reserved.
        """
        self._exiger_ouverte("voter-budget")
        connu = next((vote for vote in self.votes if vote.source == source), None)
        if connu is not None and connu.montant_centimes == montant_centimes:
            return
        if connu is not None:
            raise DejaFait(
                f"« {source} » a déjà voté {en_euros(connu.montant_centimes)} : citez un autre acte.",
                fait=BudgetVote.topic,
            )
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
        self._exiger_ouverte("reserver")
        reserve = self.reservations.get(deliberation)
        if reserve == montant_centimes:
            return
        if reserve is not None:
            raise DejaFait(
                f"{en_euros(reserve)} sont déjà réservés pour ce rapport : libérez-les d’abord.",
                fait=CreditsReserves.topic,
            )
        if deliberation in self.engagements:
            raise DejaFait("Ce rapport est déjà engagé.", fait=CreditsEngages.topic)
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
        self.survient(CreditsReserves(deliberation=deliberation, montant_centimes=montant_centimes))

    def liberer(self, deliberation: UUID) -> None:
        """Give back the credits kept for a rapport, or refuse with GesteImpossible when none are; repeating it is silent."""
        reserve = self.reservations.get(deliberation)
        if reserve is None:
            if deliberation in self.liberees:
                return
            raise GesteImpossible("Aucun crédit n’est réservé pour ce rapport.", geste="liberer")
        self.survient(ReservationLiberee(deliberation=deliberation, montant_centimes=reserve))

    def engager(self, deliberation: UUID, lignes: Sequence[LigneEngagee]) -> None:
        """Engage a voted rapport, or make it wait for credits; refuse with DejaFait or SaisieInvalide.

        A vote exists whatever the credits: lacking credits never refuse it, they delay it. Nobody passes before an
        engagement that waits and for which the credits are enough. Repeating it is silent.
        """
        self._exiger_ouverte("engager")
        voulues = tuple(sorted(lignes, key=lambda ligne: str(ligne.dossier)))
        if deliberation in self.demandees:
            if self.demandees[deliberation] == voulues:
                return
            raise DejaFait(
                "Ce rapport est déjà engagé, ou attend de l’être, avec d’autres lignes.", fait=CreditsEngages.topic
            )
        self._exiger_lignes(voulues)
        demande = Engagement(deliberation, voulues, self.version + 1, debut_de(self.contexte.effectif_le))
        if self.prochaine() is None and self.tient(demande):
            self.survient(CreditsEngages(deliberation=deliberation, lignes=voulues))
        else:
            self.survient(EngagementMisEnAttente(deliberation=deliberation, lignes=voulues))

    def engager_en_attente(self) -> None:
        """Engage, in the order they were asked, the waiting rapports that the credits cover; silent when none is."""
        while (demande := self.prochaine()) is not None:
            self.survient(CreditsEngages(deliberation=demande.deliberation, lignes=demande.lignes))

    def porter_engagement(self, deliberation: UUID, portees: Sequence[UUID], refusees: Sequence[LigneRefusee]) -> None:
        """Record which subventions were told, or refuse with GesteImpossible; silent when none of them was awaited."""
        demande = self._engagement(deliberation, "porter-engagement")
        nouvelles = tuple(dossier for dossier in portees if dossier in demande.a_porter)
        rejetees = tuple(refusee for refusee in refusees if refusee.dossier in demande.a_porter)
        if nouvelles or rejetees:
            self.survient(EngagementPorte(deliberation=deliberation, portees=nouvelles, refusees=rejetees))

    def relancer(self, deliberation: UUID) -> None:
        """Carry the refused lines once more, or refuse with GesteImpossible when there is none; silent while it is being done."""
        demande = self._engagement(deliberation, "relancer")
        if not demande.refusees:
            if demande.relance:
                return
            raise GesteImpossible("Aucune ligne de cet engagement n’a été refusée.", geste="relancer")
        self.survient(EngagementRelance(deliberation=deliberation))

    def degager(self, dossier: UUID, motif: UUID, *, subvention_vivante: bool) -> None:
        """Release the line of a dossier whose subvention will not be paid.

        Repeating it is silent. Refuse with SubventionVivante, ReferenceInconnue when the dossier was never engaged, or
        DejaFait when a person released it for another motive; to the engine, only that it is released matters.
        """
        self._exiger_ouverte("degager")
        connu = self.ligne_de(dossier)
        if connu is None:
            if self.degages.get(dossier) == motif or (dossier in self.degages and self.contexte.acteur == SYSTEME):
                return
            if dossier in self.degages:
                raise DejaFait(
                    "L’engagement de ce dossier est déjà dégagé, pour un autre motif.", fait=EngagementDegage.topic
                )
            raise ReferenceInconnue(
                f"Aucun engagement pour ce dossier dans l’enveloppe {self.ref}.", reference=str(dossier)
            )
        if subvention_vivante:
            raise SubventionVivante(
                "La subvention de ce dossier peut encore être payée : constatez d’abord la renonciation."
            )
        demande, ligne = connu
        engagee = demande.deliberation in self.engagements
        self.survient(
            EngagementDegage(
                deliberation=demande.deliberation,
                dossier=dossier,
                montant_centimes=ligne.montant_centimes if engagee else 0,
                motif=motif,
            )
        )

    def _exiger_ouverte(self, geste: str) -> None:
        if not self.existe:
            raise GesteImpossible("Cette enveloppe n’est pas ouverte.", geste=geste)

    def _exiger_lignes(self, lignes: Sequence[LigneEngagee]) -> None:
        dossiers = {ligne.dossier for ligne in lignes}
        if not lignes or len(dossiers) != len(lignes) or min(ligne.montant_centimes for ligne in lignes) <= 0:
            raise SaisieInvalide("Un engagement porte des lignes de dossiers différents, de montants positifs.")
        if any(self.ligne_de(dossier) is not None for dossier in dossiers):
            raise DejaFait("Un de ces dossiers est déjà engagé par un autre rapport.", fait=CreditsEngages.topic)

    def _engagement(self, deliberation: UUID, geste: str) -> Engagement:
        demande = self.engagements.get(deliberation)
        if demande is None:
            raise GesteImpossible("Ce rapport n’est pas engagé dans cette enveloppe.", geste=geste)
        return demande
