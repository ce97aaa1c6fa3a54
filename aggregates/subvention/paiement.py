"""Order, sign, pay or reject each échéance, each attempt exactly once."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID

from aggregates.subvention.etat import (
    EtapeDePaiement,
    EtatSubvention,
    FaitDePaiement,
    Paiement,
    Rejet,
    attente_d_echeance,
)
from aggregates.subvention.liquidation import Liquidation
from kernel.attentes import Attente, Renvoi, Role
from kernel.faits import Entete, Jalon, Noms
from kernel.instants import jour_de
from kernel.montants import en_euros
from kernel.refus import Refus, SaisieInvalide


class EcheanceMandatee(FaitDePaiement, topic="subvention.echeance_mandatee.v1"):
    """The ordonnateur ordered the payment; a bordereau is to take it."""

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        le = jour_de(entete.effectif_le)
        self.avancer(agregat, entete, EtapeDePaiement.MANDATEE, mandatee_par=entete.acteur, mandatee_le=le)

    def phrase(self, noms: Noms) -> str:
        return f"Échéance {self.echeance} mandatée."


class MandatPorteAuBordereau(FaitDePaiement, topic="subvention.mandat_porte_au_bordereau.v1"):
    """The mandat is a line of this bordereau, to be signed."""

    bordereau: UUID
    bordereau_ref: str

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        self.avancer(agregat, entete, EtapeDePaiement.MANDATEE, bordereau=self.bordereau)

    def phrase(self, noms: Noms) -> str:
        return f"Mandat de l’échéance {self.echeance} porté au bordereau {self.bordereau_ref}."


class SignatureConstatee(FaitDePaiement, topic="subvention.signature_constatee.v1"):
    """The bordereau of the mandat is signed: the comptable may pay."""

    bordereau: UUID

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        self.avancer(agregat, entete, EtapeDePaiement.SIGNEE, bordereau=self.bordereau)

    def phrase(self, noms: Noms) -> str:
        return f"Bordereau signé : l’échéance {self.echeance} peut être payée."


class PaiementConstate(FaitDePaiement, topic="subvention.paiement_constate.v1"):
    """The comptable paid."""

    montant_centimes: int

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        self.avancer(agregat, entete, EtapeDePaiement.PAYEE)

    def phrase(self, noms: Noms) -> str:
        return f"Échéance {self.echeance} payée : {en_euros(self.montant_centimes)}."


class RejetConstate(FaitDePaiement, topic="subvention.rejet_constate.v1"):
    """The comptable did not pay, with his reason as a code: the échéance is to be liquidated again."""

    montant_centimes: int
    motif: str

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.paiements.pop(self.echeance, None)
        agregat.rejets[self.echeance] = Rejet(self.tentative, self.motif, Jalon.de(entete))

    def phrase(self, noms: Noms) -> str:
        motif = self.motif.replace("_", " ")
        return f"Échéance {self.echeance} rejetée par le comptable ({motif}) : elle est à liquider de nouveau."


class MandatRetire(FaitDePaiement, topic="subvention.mandat_retire.v1"):
    """The mandat was taken off its bordereau before the signature: the échéance is to be liquidated again."""

    montant_centimes: int

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.paiements.pop(self.echeance, None)
        agregat.rejets[self.echeance] = Rejet(self.tentative, MANDAT_RETIRE, Jalon.de(entete))

    def phrase(self, noms: Noms) -> str:
        return f"Mandat de l’échéance {self.echeance} retiré du bordereau : elle est à liquider de nouveau."


MANDAT_RETIRE: Final = "mandat_retire"
"""Said instead of the comptable's reason."""
_MOTIF: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,39}")


class CoordonneesChangees(Refus, code="coordonnees_changees"):
    """The bank details are no longer those of the liquidation: paying a fraudster does not free the debtor."""


class Paiements(Liquidation):
    """Each attempt to pay an échéance, from the order to the payment."""

    @property
    def refuses(self) -> dict[int, Rejet]:
        """Return the last refusal of each échéance that the comptable did not pay, taken up since or not."""
        return {rang: rejet for rang, rejet in self.rejets.items() if rejet.motif != MANDAT_RETIRE}

    def mandater(self, rang: int, coordonnees: UUID | None) -> None:
        """Order an échéance, or refuse with QuatreYeux, CoordonneesChangees, GesteImpossible or DejaFait.

        Repeating it is silent; `coordonnees` are the validated ones of that moment.
        """
        paiement = self._paiement(rang, "mandater")
        if paiement.etape is not EtapeDePaiement.LIQUIDEE:
            if paiement.mandatee_par == self.contexte.acteur:
                return self.redire(EcheanceMandatee, echeance=rang)
            raise EcheanceMandatee.deja(f"L’échéance {rang} est déjà mandatée par une autre personne.")
        self.exiger_vivante("mandater")
        self.quatre_yeux(
            "Vous avez liquidé cette échéance : une autre personne doit la mandater.", *paiement.liquidee_par
        )
        if paiement.coordonnees != coordonnees:
            raise CoordonneesChangees(
                "Les coordonnées bancaires ont changé depuis la liquidation : liquidez de nouveau l’échéance."
            )
        self.exiger_apres("la liquidation", paiement.jalon)
        self.survient(EcheanceMandatee(echeance=rang, tentative=paiement.tentative))

    def porter_au_bordereau(self, rang: int, tentative: int, bordereau: UUID, bordereau_ref: str) -> None:
        """Note the bordereau of a mandat, or refuse with GesteImpossible or DejaFait; repeating it is silent."""
        paiement = self._tentative(rang, tentative, "porter-au-bordereau")
        if paiement.bordereau == bordereau:
            return
        if paiement.bordereau is not None:
            raise MandatPorteAuBordereau.deja("Ce mandat est déjà sur un autre bordereau.")
        if paiement.etape is not EtapeDePaiement.MANDATEE:
            raise self.impossible("porter-au-bordereau", f"l’échéance {rang} n’est pas mandatée")
        self.survient(
            MandatPorteAuBordereau(echeance=rang, tentative=tentative, bordereau=bordereau, bordereau_ref=bordereau_ref)
        )

    def constater_retrait(self, rang: int, tentative: int) -> None:
        """Learn that the mandat is off its bordereau, or refuse with GesteImpossible; silent for an attempt that is over."""
        paiement = self.paiements.get(rang)
        if paiement is None or paiement.tentative != tentative:
            return
        if paiement.etape is not EtapeDePaiement.MANDATEE:
            raise self.impossible("constater-retrait", f"l’échéance {rang} est {paiement.etape}")
        self.exiger_apres("le mandat", paiement.jalon)
        self.survient(MandatRetire(echeance=rang, tentative=tentative, montant_centimes=paiement.montant_centimes))

    def constater_signature(self, rang: int, tentative: int, bordereau: UUID) -> None:
        """Learn that the bordereau is signed, or refuse with GesteImpossible or DejaFait; repeating it is silent.

        The signature may come before the subvention knows on which bordereau its mandat is.
        """
        paiement = self._tentative(rang, tentative, "constater-signature")
        if paiement.bordereau not in {None, bordereau}:
            raise MandatPorteAuBordereau.deja("Ce mandat est sur un autre bordereau.")
        if paiement.etape in {EtapeDePaiement.SIGNEE, EtapeDePaiement.PAYEE}:
            return
        if paiement.etape is not EtapeDePaiement.MANDATEE:
            raise self.impossible("constater-signature", f"l’échéance {rang} n’est pas mandatée")
        self.exiger_apres("le mandat", paiement.jalon)
        self.survient(SignatureConstatee(echeance=rang, tentative=tentative, bordereau=bordereau))

    def constater_paiement(self, rang: int) -> None:
        """Record that the comptable paid a signed mandat, once; refuse with GesteImpossible; repeating it is silent."""
        paiement = self._paiement(rang, "constater-paiement")
        if paiement.etape is EtapeDePaiement.PAYEE:
            return self.redire(PaiementConstate, echeance=rang)
        if paiement.etape is not EtapeDePaiement.SIGNEE:
            raise self.impossible("constater-paiement", f"le bordereau de l’échéance {rang} n’est pas signé")
        self.exiger_apres("la signature du bordereau", paiement.jalon)
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
                return self.redire(RejetConstate, echeance=rang)
            raise RejetConstate.deja(f"L’échéance {rang} est déjà rejetée pour un autre motif.")
        paiement = self._paiement(rang, "constater-rejet")
        if paiement.etape is not EtapeDePaiement.SIGNEE:
            raise self.impossible(
                "constater-rejet",
                f"l’échéance {rang} est {paiement.etape} : seul un mandat signé et non payé peut être rejeté",
                etape=paiement.etape.value,
            )
        self.exiger_apres("la signature du bordereau", paiement.jalon)
        self.survient(
            RejetConstate(
                echeance=rang, tentative=paiement.tentative, montant_centimes=paiement.montant_centimes, motif=motif
            )
        )

    def _paiement(self, rang: int, geste: str) -> Paiement:
        """Return the attempt under way, or refuse with EcheancierAFixer, EcheanceInconnue or GesteImpossible."""
        paiement = self.paiements.get(rang)
        if paiement is None:
            self.prevue(rang)
            raise self.impossible(geste, f"l’échéance {rang} n’est pas liquidée")
        return paiement

    def _tentative(self, rang: int, tentative: int, geste: str) -> Paiement:
        paiement = self._paiement(rang, geste)
        if paiement.tentative != tentative:
            raise self.impossible(geste, f"la tentative {tentative} de l’échéance {rang} n’est plus en cours")
        return paiement


def attentes(subvention: EtatSubvention) -> Iterator[Attente]:
    """Yield what each liquidated échéance awaits."""
    for rang, paiement in sorted(subvention.paiements.items()):
        jalon = paiement.jalon
        match paiement.etape:
            case EtapeDePaiement.LIQUIDEE:
                possibles = subvention.a_faire("mandater")
                yield attente_d_echeance(subvention, "mandatement", rang, jalon, Role.ORDONNATEUR, possibles)
            case EtapeDePaiement.MANDATEE if paiement.bordereau is not None:
                signature = attente_d_echeance(subvention, "signature", rang, jalon, Role.ORDONNATEUR, ())
                yield replace(signature, renvoie_a=Renvoi("bordereau", paiement.bordereau))
            case EtapeDePaiement.MANDATEE:
                fondement = "un mandat est signé sur un bordereau"
                yield Attente.du_moteur("bordereau", jalon, "porter_au_bordereau", fondement, objet=str(rang))
            case EtapeDePaiement.SIGNEE:
                issues = subvention.a_faire("constater-paiement", "constater-rejet")
                yield attente_d_echeance(subvention, "paiement", rang, jalon, Role.FINANCE, issues)
