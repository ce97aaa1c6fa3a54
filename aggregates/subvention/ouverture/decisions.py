"""Open an award or take it over; learn its engagement; sign its convention."""

from uuid import UUID

from aggregates.subvention.etat import EtatSubvention
from aggregates.subvention.ouverture.faits import (
    ConventionSignee,
    EngagementConstate,
    SubventionOuverte,
    SubventionReprise,
)
from kernel.attentes import Delai
from kernel.montants import en_euros
from kernel.refus import DejaFait, GesteImpossible, Refus, SaisieInvalide


class CorrectionImpossible(Refus):
    """Money was already reckoned on what the file now takes back."""

    code = "correction_impossible"


class MontantDifferent(Refus):
    """The engagement of an award is for what was voted."""

    code = "montant_different"


class Ouverture(EtatSubvention):
    """How an award starts."""

    def ouvrir(self, ouverte: SubventionOuverte, seuil_convention_centimes: int) -> None:
        """Open it, or refuse with SaisieInvalide (amount) or DejaFait (other content); repeating it is silent.

        Above the threshold, no payment before a convention is signed.
        """
        exigee = ouverte.montant_centimes > seuil_convention_centimes
        ouverte = ouverte.model_copy(update={"convention_exigee": exigee})
        if self.existe:
            premier = self.inscriptions[0].fait
            if (
                isinstance(premier, SubventionOuverte)
                and premier.model_copy(update={"paiement": ouverte.paiement}) == ouverte
            ):
                return
            raise DejaFait(f"La subvention {self.ref} est déjà ouverte autrement.", fait=SubventionOuverte.topic)
        if ouverte.montant_centimes <= 0:
            raise SaisieInvalide("Une subvention a un montant positif.", montant_centimes=ouverte.montant_centimes)
        self.survient(ouverte)

    def reprendre(self, reprise: SubventionReprise) -> None:
        """Take an award over, or correct what an earlier file said; the same row in a newer file is silent.

        Refuse with SaisieInvalide (amount), DejaFait (another award), CorrectionImpossible (money was reckoned on it).
        """
        if reprise.montant_centimes <= 0:
            raise SaisieInvalide("Une subvention a un montant positif.", montant_centimes=reprise.montant_centimes)
        if not self.existe:
            self.survient(reprise)
            return
        if self.source is None or (self.source.identite, self.source.rang) != (
            reprise.source.identite,
            reprise.source.rang,
        ):
            raise DejaFait(f"La subvention {self.ref} existe déjà, venue d’ailleurs.", fait=SubventionReprise.topic)
        if self.reprise_change(reprise):
            self._exiger_correction_possible(reprise)
            self._corriger(reprise, self.source_version)

    def reprise_change(self, reprise: SubventionReprise) -> bool:
        """Tell whether the row says anything new; where it stands in the file does not count."""
        connue = next((i.fait for i in self.inscriptions if i.entete.version == self.source_version), None)
        return (
            not isinstance(connue, SubventionReprise) or connue.model_copy(update={"source": reprise.source}) != reprise
        )

    def constater_engagement(self, enveloppe: UUID, montant_centimes: int) -> None:
        """Learn its engagement, or refuse with MontantDifferent, DejaFait or GesteImpossible; repeating is silent."""
        if self.engagement is not None and not self.degage:
            if (self.enveloppe, self.engagement_centimes) == (enveloppe, montant_centimes):
                return
            raise DejaFait("Cette subvention est déjà engagée autrement.", fait=EngagementConstate.topic)
        self.exiger_vivante("constater-engagement")
        if montant_centimes != self.vote_centimes:
            raise MontantDifferent(
                f"Engagement de {en_euros(montant_centimes)} pour un montant voté de {en_euros(self.vote_centimes)}.",
                montant_centimes=montant_centimes,
                vote_centimes=self.vote_centimes,
            )
        self.survient(EngagementConstate(enveloppe=enveloppe, montant_centimes=montant_centimes))

    def signer_convention(self, paiement: Delai) -> None:
        """Record the signature of the convention; refuse with GesteImpossible when none is due; repeating is silent."""
        self.exiger_vivante("signer-convention")
        if self.convention is not None:
            return
        if not self.convention_exigee:
            raise GesteImpossible("Aucune convention n’est exigée pour cette subvention.", geste="signer-convention")
        self.survient(ConventionSignee(paiement=paiement))

    def _exiger_correction_possible(self, reprise: SubventionReprise) -> None:
        prevues = self.echeancier if self.echeancier_fixe else reprise.echeancier
        change = reprise.montant_centimes != self.vote_centimes
        if (self.terme is not None and change) or reprise.montant_centimes < self.liquide_centimes:
            raise CorrectionImpossible(
                f"{en_euros(self.liquide_centimes)} sont déjà liquidés sur la subvention {self.ref} : "
                f"son montant ne peut plus devenir {en_euros(reprise.montant_centimes)}.",
                liquide_centimes=self.liquide_centimes,
                montant_centimes=reprise.montant_centimes,
            )
        for rang, paiement in self.paiements.items():
            if prevues and (rang > len(prevues) or prevues[rang - 1].montant_centimes != paiement.montant_centimes):
                raise CorrectionImpossible(f"L’échéance {rang} est déjà liquidée pour un autre montant.", echeance=rang)
