"""The award, here or taken over; its engagement; its convention."""

from datetime import date
from uuid import UUID

from aggregates.dossier.etat import Source
from aggregates.subvention.etat import EcheancePrevue, EtatSubvention, FaitSubvention, NatureEcheance, jalon
from kernel.attentes import Delai
from kernel.faits import Entete, Noms
from kernel.instants import jour_de
from kernel.montants import en_euros


class SubventionOuverte(FaitSubvention, topic="subvention.ouverte.v1"):
    """A délibération made exécutoire awards this amount; the payment délai runs from here, or from the convention."""

    ref: str
    dossier: UUID
    dossier_ref: str
    deliberation: UUID
    tiers: UUID | None
    montant_centimes: int
    vote_le: date
    campagne: str
    objet: str
    convention_exigee: bool
    paiement: Delai

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.ref, agregat.dossier, agregat.dossier_ref = self.ref, self.dossier, self.dossier_ref
        agregat.deliberation, agregat.tiers, agregat.campagne = self.deliberation, self.tiers, self.campagne
        agregat.objet, agregat.vote_centimes, agregat.vote_le = self.objet, self.montant_centimes, self.vote_le
        agregat.ouverture = jalon(entete)
        agregat.convention_exigee = self.convention_exigee
        if not self.convention_exigee:
            agregat.delai_paiement, agregat.paiement_depuis = self.paiement, jour_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        suite = " ; une convention doit être signée avant tout paiement" if self.convention_exigee else ""
        return f"Subvention de {en_euros(self.montant_centimes)} ouverte pour {noms.tiers(self.tiers)}{suite}."


class SubventionReprise(FaitSubvention, topic="subvention.reprise.v1"):
    """An award decided elsewhere, as a public file says it: amount and conditions, the rest being the dossier's.

    `conditions` are the published words of the file; `echeances` the amounts they give without doubt, if they do.
    """

    ref: str
    dossier: UUID
    dossier_ref: str
    campagne: str
    montant_centimes: int
    conditions: str | None
    echeances: tuple[int, ...] | None
    source: Source

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.ref, agregat.dossier, agregat.dossier_ref = self.ref, self.dossier, self.dossier_ref
        agregat.campagne, agregat.vote_centimes, agregat.conditions = (
            self.campagne,
            self.montant_centimes,
            self.conditions,
        )
        agregat.reprise, agregat.source, agregat.source_version = True, self.source, entete.version
        agregat.ouverture = jalon(entete)
        if not agregat.echeancier_fixe:
            agregat.echeancier = self.echeancier
            agregat.echeancier_jalon = jalon(entete) if self.echeancier else None

    @property
    def echeancier(self) -> tuple[EcheancePrevue, ...]:
        """Return the payments the file announces: one is unique, the last of several is the solde."""
        montants = self.echeances or ()
        natures = [NatureEcheance.ACOMPTE] * (len(montants) - 1) + [NatureEcheance.SOLDE]
        if len(montants) == 1:
            natures = [NatureEcheance.UNIQUE]
        return tuple(
            EcheancePrevue(nature=nature, montant_centimes=montant)
            for nature, montant in zip(natures, montants, strict=False)
        )

    def phrase(self, noms: Noms) -> str:
        source = f"ligne {self.source.ligne} du fichier {self.source.fichier_sha256[:12]}"
        return f"Subvention de {en_euros(self.montant_centimes)} reprise, décidée ailleurs ({source})."


class EngagementConstate(FaitSubvention, topic="subvention.engagement_constate.v1"):
    """Credits of an enveloppe are engaged for this award."""

    enveloppe: UUID
    montant_centimes: int

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.enveloppe, agregat.engagement_centimes = self.enveloppe, self.montant_centimes
        agregat.engagement = jalon(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Engagement constaté : {en_euros(self.montant_centimes)}."


class ConventionSignee(FaitSubvention, topic="subvention.convention_signee.v1"):
    """Both parties signed the convention on the effective date: payment may start, and its délai runs."""

    paiement: Delai

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.convention = jalon(entete)
        agregat.delai_paiement, agregat.paiement_depuis = self.paiement, jour_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return "Convention signée par les deux parties."
