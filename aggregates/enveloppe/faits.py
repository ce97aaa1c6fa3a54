"""What happens to credits: voted, reserved, engaged or waiting, carried to the subventions, released."""

from dataclasses import replace
from uuid import UUID

from aggregates.enveloppe.etat import (
    Engagement,
    EtatEnveloppe,
    FaitEnveloppe,
    LigneEngagee,
    LigneRefusee,
    Section,
    Vote,
)
from kernel.faits import Entete, Noms
from kernel.instants import debut_de
from kernel.montants import en_euros
from kernel.textes import compte


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
        return f"Enveloppe {self.ref} ouverte : exercice {self.exercice}, section de {self.section}."


class BudgetVote(FaitEnveloppe, topic="enveloppe.budget_vote.v1"):
    """The assembly voted credits, or took some back (amount below zero), by the act named in `source`."""

    montant_centimes: int
    source: str

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        agregat.votes.append(Vote(self.montant_centimes, self.source))
        agregat.mouvement(entete)

    def phrase(self, noms: Noms) -> str:
        if self.montant_centimes < 0:
            return f"Crédits repris : {en_euros(-self.montant_centimes)} ({self.source})."
        return f"Crédits votés : {en_euros(self.montant_centimes)} ({self.source})."


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


class EngagementMisEnAttente(FaitEnveloppe, topic="enveloppe.engagement_mis_en_attente.v1"):
    """A rapport was voted « sous réserve du vote du budget », or beyond the credits: its engagement waits for them."""

    deliberation: UUID
    lignes: tuple[LigneEngagee, ...]

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        agregat.demandees[self.deliberation] = self.lignes
        demande = Engagement(self.deliberation, self.lignes, entete.version, debut_de(entete.effectif_le))
        agregat.en_attente[self.deliberation] = demande

    def phrase(self, noms: Noms) -> str:
        total = sum(ligne.montant_centimes for ligne in self.lignes)
        return f"Engagement de {en_euros(total)} en attente de crédits, pour {compte(len(self.lignes), 'dossier')}."


class CreditsEngages(FaitEnveloppe, topic="enveloppe.credits_engages.v1"):
    """A voted rapport is engaged, all its lines at once; its reservation is consumed."""

    deliberation: UUID
    lignes: tuple[LigneEngagee, ...]

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        agregat.demandees.setdefault(self.deliberation, self.lignes)
        agregat.en_attente.pop(self.deliberation, None)
        agregat.reservations.pop(self.deliberation, None)
        agregat.engagements[self.deliberation] = Engagement(
            self.deliberation,
            self.lignes,
            entete.version,
            debut_de(entete.effectif_le),
            a_porter=tuple(ligne.dossier for ligne in self.lignes),
        )
        agregat.mouvement(entete)

    def phrase(self, noms: Noms) -> str:
        total = sum(ligne.montant_centimes for ligne in self.lignes)
        return f"Crédits engagés : {en_euros(total)} pour {compte(len(self.lignes), 'dossier')}."


class EngagementPorte(FaitEnveloppe, topic="enveloppe.engagement_porte.v1"):
    """Subventions were told of their engagement; those that refused are named. It opens the next pass."""

    deliberation: UUID
    portees: tuple[UUID, ...]
    refusees: tuple[LigneRefusee, ...]

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        demande = agregat.engagements.get(self.deliberation)
        vus = {*self.portees, *(refusee.dossier for refusee in self.refusees)}
        if demande is not None:
            agregat.engagements[self.deliberation] = replace(
                demande,
                version=entete.version,
                depuis=debut_de(entete.effectif_le),
                a_porter=tuple(dossier for dossier in demande.a_porter if dossier not in vus),
                refusees=(*demande.refusees, *self.refusees),
                relance=False,
            )

    def phrase(self, noms: Noms) -> str:
        suite = "" if not self.refusees else f" ; {compte(len(self.refusees), 'ligne', 'refusée')}"
        return f"Engagement constaté sur {compte(len(self.portees), 'subvention')}{suite}."


class EngagementRelance(FaitEnveloppe, topic="enveloppe.engagement_relance.v1"):
    """The lines that were refused are to be told to their subvention once more."""

    deliberation: UUID

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        demande = agregat.engagements.get(self.deliberation)
        if demande is not None:
            agregat.engagements[self.deliberation] = replace(
                demande,
                version=entete.version,
                depuis=debut_de(entete.effectif_le),
                a_porter=(*demande.a_porter, *(refusee.dossier for refusee in demande.refusees)),
                refusees=(),
                relance=True,
            )

    def phrase(self, noms: Noms) -> str:
        return "Lignes refusées : engagement à porter de nouveau."


class EngagementDegage(FaitEnveloppe, topic="enveloppe.engagement_degage.v1"):
    """The line of one dossier left its engagement; its credits (none if it was waiting) are free again."""

    deliberation: UUID
    dossier: UUID
    montant_centimes: int
    motif: UUID

    def appliquer(self, agregat: EtatEnveloppe, entete: Entete) -> None:
        for demandes in (agregat.engagements, agregat.en_attente):
            if self.deliberation in demandes:
                reste = demandes[self.deliberation].sans(self.dossier)
                demandes[self.deliberation] = reste
                if not reste.lignes:
                    del demandes[self.deliberation]
        agregat.degages[self.dossier] = self.motif
        agregat.mouvement(entete)

    def phrase(self, noms: Noms) -> str:
        dossier, motif = noms.dossier(self.dossier), noms.texte(self.motif)
        return f"Engagement dégagé pour le dossier {dossier} : {en_euros(self.montant_centimes)} ({motif})."
