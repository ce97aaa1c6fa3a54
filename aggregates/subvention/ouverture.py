"""The award, here or taken over, and what allows paying it: its engagement, its convention."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from aggregates.dossier.elements import Source
from aggregates.subvention.etat import EcheancePrevue, EtatSubvention, FaitSubvention, NatureEcheance, dans_le_delai
from kernel.attentes import Attente, Cle, Delai, Nature, Role
from kernel.faits import Entete, Jalon, Noms
from kernel.instants import jour_de
from kernel.montants import en_euros
from kernel.refus import Refus, SaisieInvalide


class SubventionOuverte(FaitSubvention, topic="subvention.ouverte.v1"):
    """A délibération made exécutoire awards this amount; no fact says yet when it was notified, nor starts the délai."""

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
    paiement: Delai | None
    """None: no délai of the law runs for a beneficiary of public law."""
    enveloppe: str | None = None

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.ref, agregat.dossier, agregat.dossier_ref = self.ref, self.dossier, self.dossier_ref
        agregat.deliberation, agregat.tiers, agregat.campagne = self.deliberation, self.tiers, self.campagne
        agregat.objet, agregat.vote_centimes, agregat.vote_le = self.objet, self.montant_centimes, self.vote_le
        agregat.ouverture = Jalon.de(entete)
        agregat.convention_exigee, agregat.enveloppe_ref = self.convention_exigee, self.enveloppe
        if not self.convention_exigee:
            agregat.delai_paiement = self.paiement

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
        agregat.campagne, agregat.conditions = self.campagne, self.conditions
        agregat.vote_centimes = self.montant_centimes
        agregat.reprise, agregat.source, agregat.source_version = True, self.source, entete.version
        agregat.reprise_par, agregat.validation = entete.auteurs, None
        agregat.ouverture = Jalon.de(entete)
        if not agregat.echeancier_fixe:
            agregat.echeancier = self.echeancier
            agregat.echeancier_jalon = Jalon.de(entete) if self.echeancier else None

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


class RepriseValidee(FaitSubvention, topic="subvention.reprise_validee.v1"):
    """Another person than who took the award over vouches for it: it may be paid."""

    montant_centimes: int

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.validation = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Attribution reprise validée par une seconde personne : {en_euros(self.montant_centimes)}."


class EngagementConstate(FaitSubvention, topic="subvention.engagement_constate.v1"):
    """Credits of an enveloppe are engaged for this award."""

    enveloppe: UUID
    montant_centimes: int

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.enveloppe, agregat.engagement_centimes = self.enveloppe, self.montant_centimes
        agregat.engagement = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Engagement constaté : {en_euros(self.montant_centimes)}."


class ConventionSignee(FaitSubvention, topic="subvention.convention_signee.v1"):
    """Both parties signed the convention on the effective date: payment may start, and its délai runs."""

    paiement: Delai | None

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.convention = Jalon.de(entete)
        agregat.delai_paiement, agregat.paiement_depuis = self.paiement, jour_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return "Convention signée par les deux parties."


class DroitApplique(FaitSubvention, topic="subvention.droit_applique.v1"):
    """The nature of the beneficiary, known since, says otherwise whether a convention is due and the délai of payment runs."""

    convention_exigee: bool
    paiement: Delai | None

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.convention_exigee = self.convention_exigee
        agregat.delai_paiement = None if self.convention_exigee else self.paiement

    def phrase(self, noms: Noms) -> str:
        convention = "une convention est due" if self.convention_exigee else "aucune convention n’est due"
        delai = (
            "aucun délai légal de paiement" if self.paiement is None else f"délai de paiement ({self.paiement.source})"
        )
        return f"Nature du bénéficiaire : {convention} ; {delai}."


class CorrectionImpossible(Refus, code="correction_impossible"):
    """Money was already reckoned on what the file now takes back."""


class MontantDifferent(Refus, code="montant_different"):
    """The engagement of an award is for what was voted."""


class Ouverture(EtatSubvention):
    """How an award starts."""

    def ouvrir(self, ouverte: SubventionOuverte, seuil_convention_centimes: int) -> None:
        """Open it, or refuse with SaisieInvalide (amount) or DejaFait (other content); repeating it is silent.

        Above the threshold, no payment before a convention is signed.
        """
        exigee = ouverte.montant_centimes > seuil_convention_centimes
        ouverte = ouverte.model_copy(update={"convention_exigee": exigee})
        if self.existe:
            if self.inscriptions[0].fait.model_copy(update={"paiement": ouverte.paiement}) == ouverte:
                return
            raise SubventionOuverte.deja(f"La subvention {self.ref} est déjà ouverte autrement.")
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
        if self.source is None or self.source.cle != reprise.source.cle:
            raise SubventionReprise.deja(f"La subvention {self.ref} existe déjà, venue d’ailleurs.")
        if self.reprise_change(reprise):
            self._exiger_correction_possible(reprise)
            self.corriger(reprise, self.source_version)

    def valider_reprise(self) -> None:
        """Vouch for an award taken over by another person, or refuse with QuatreYeux or GesteImpossible; repeating is silent.

        A row that a newer file corrects is to be validated again.
        """
        self.exiger_vivante("valider-reprise")
        if not self.reprise:
            raise self.impossible("valider-reprise", f"la subvention {self.ref} ne vient pas d’une reprise")
        if self.validation is not None:
            return self.redire(RepriseValidee)
        self.quatre_yeux("Vous avez repris cette attribution : une autre personne doit la valider.", *self.reprise_par)
        self.survient(RepriseValidee(montant_centimes=self.vote_centimes))

    def reprise_change(self, reprise: SubventionReprise) -> bool:
        """Tell whether the row says anything new; where it stands in the file does not count."""
        connue = next((i.fait for i in self.inscriptions if i.entete.version == self.source_version), None)
        return connue is None or connue.model_copy(update={"source": reprise.source}) != reprise

    def constater_engagement(self, enveloppe: UUID, montant_centimes: int) -> None:
        """Learn its engagement, or refuse with MontantDifferent, DejaFait or GesteImpossible; repeating is silent."""
        if self.engagement is not None and not self.degage:
            if (self.enveloppe, self.engagement_centimes) == (enveloppe, montant_centimes):
                return
            raise EngagementConstate.deja("Cette subvention est déjà engagée autrement.")
        self.exiger_vivante("constater-engagement")
        if montant_centimes != self.vote_centimes:
            raise MontantDifferent(
                f"Engagement de {en_euros(montant_centimes)} pour un montant voté de {en_euros(self.vote_centimes)}.",
                montant_centimes=montant_centimes,
                vote_centimes=self.vote_centimes,
            )
        self.survient(EngagementConstate(enveloppe=enveloppe, montant_centimes=montant_centimes))

    def signer_convention(self, paiement: Delai | None) -> None:
        """Record the signature of the convention; refuse with GesteImpossible when none is due; repeating is silent."""
        self.exiger_vivante("signer-convention")
        if self.convention is not None:
            return self.redire(ConventionSignee)
        if not self.convention_exigee:
            raise self.impossible("signer-convention", "aucune convention n’est exigée pour cette subvention")
        self.survient(ConventionSignee(paiement=paiement))

    def appliquer_nature(self, seuil_convention_centimes: int, paiement: Delai | None) -> None:
        """Apply the law that the nature chooses; silent when nothing changes, once the convention is signed, or it is over."""
        exigee = self.vote_centimes > seuil_convention_centimes
        voulu = None if exigee else paiement
        if (
            self.vivante
            and self.convention is None
            and (self.convention_exigee, self.delai_paiement) != (exigee, voulu)
        ):
            self.survient(DroitApplique(convention_exigee=exigee, paiement=paiement))

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


CONVENTION = "loi n° 2000-321, art. 10 ; décret n° 2001-495, art. 1er"


def attentes(subvention: EtatSubvention) -> Iterator[Attente]:
    """Yield the engagement and the convention."""
    if subvention.ouverture is None:
        return
    version, depuis = subvention.ouverture
    if subvention.reprise_a_valider:
        yield Attente(
            Cle("validation_reprise", "", version),
            de=Role.RESPONSABLE,
            depuis=depuis,
            gestes=subvention.a_faire("valider-reprise"),
            fondement="quatre yeux : une attribution reprise d’un fichier n’est payée qu’une fois validée par une autre personne",
            habituelle=timedelta(days=15),
        )
    if not subvention.engagee:
        engagement = Attente(
            Cle("engagement", "", version),
            de=Role.FINANCE,
            depuis=depuis,
            renvoie_a=subvention.engagee_par,
            fondement="engagement préalable à toute liquidation",
            habituelle=timedelta(days=15),
        )
        yield dans_le_delai(subvention, engagement)
    if subvention.convention_manquante:
        yield Attente(
            Cle("convention", "", version),
            de=Role.INSTRUCTEUR,
            depuis=depuis,
            gestes=subvention.a_faire("signer-convention"),
            nature=Nature.LOI,
            fondement=CONVENTION,
            habituelle=timedelta(days=30),
        )
