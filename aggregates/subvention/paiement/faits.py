"""The échéancier, and the life of each attempt to pay one of its échéances."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from aggregates.subvention.etat import (
    EcheancePrevue,
    Etape,
    EtatSubvention,
    FaitSubvention,
    Paiement,
    Rejet,
    jalon,
)
from kernel.faits import Entete, Noms
from kernel.instants import jour_de
from kernel.montants import en_euros


class EcheancierFixe(FaitSubvention, topic="subvention.echeancier_fixe.v1"):
    """An agent fixed when the award is paid; `source` names the règlement it comes from, None when it was typed."""

    echeances: tuple[EcheancePrevue, ...]
    source: str | None

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.echeancier, agregat.echeancier_jalon = self.echeances, jalon(entete)
        agregat.echeancier_fixe = True

    def phrase(self, noms: Noms) -> str:
        parts = ", ".join(f"{e.nature} de {en_euros(e.montant_centimes)}" for e in self.echeances)
        source = f" (règlement {noms.reglement(self.source)})" if self.source else ""
        return f"Échéancier fixé : {parts}{source}."


class _FaitDePaiement(FaitSubvention):
    """A fact of one attempt to pay one échéance."""

    echeance: int
    tentative: int

    def avancer(self, agregat: EtatSubvention, entete: Entete, etape: Etape, **champs: Any) -> None:
        """Move the attempt under way, if it is this one."""
        paiement = agregat.paiements.get(self.echeance)
        if paiement is not None and paiement.tentative == self.tentative:
            agregat.paiements[self.echeance] = replace(paiement, etape=etape, jalon=jalon(entete), **champs)


class EcheanceLiquidee(_FaitDePaiement, topic="subvention.echeance_liquidee.v1"):
    """What is owed was reckoned, to be paid on these validated bank details (an id of the coffre)."""

    montant_centimes: int
    coordonnees: UUID

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.paiements[self.echeance] = Paiement(
            etape=Etape.LIQUIDEE,
            tentative=self.tentative,
            montant_centimes=self.montant_centimes,
            coordonnees=self.coordonnees,
            liquidee_par=entete.acteur,
            liquidation=entete.version,
            jalon=jalon(entete),
        )

    def phrase(self, noms: Noms) -> str:
        return f"Échéance {self.echeance} liquidée : {en_euros(self.montant_centimes)}."


class EcheanceMandatee(_FaitDePaiement, topic="subvention.echeance_mandatee.v1"):
    """The ordonnateur ordered the payment; a bordereau is to take it."""

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        le = jour_de(entete.effectif_le)
        self.avancer(agregat, entete, Etape.MANDATEE, mandatee_par=entete.acteur, mandatee_le=le)

    def phrase(self, noms: Noms) -> str:
        return f"Échéance {self.echeance} mandatée."


class MandatPorteAuBordereau(_FaitDePaiement, topic="subvention.mandat_porte_au_bordereau.v1"):
    """The mandat is a line of this bordereau, to be signed."""

    bordereau: UUID
    bordereau_ref: str

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        self.avancer(agregat, entete, Etape.MANDATEE, bordereau=self.bordereau)

    def phrase(self, noms: Noms) -> str:
        return f"Mandat de l’échéance {self.echeance} porté au bordereau {self.bordereau_ref}."


class SignatureConstatee(_FaitDePaiement, topic="subvention.signature_constatee.v1"):
    """The bordereau of the mandat is signed: the comptable may pay."""

    bordereau: UUID

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        self.avancer(agregat, entete, Etape.SIGNEE, bordereau=self.bordereau)

    def phrase(self, noms: Noms) -> str:
        return f"Bordereau signé : l’échéance {self.echeance} peut être payée."


class PaiementConstate(_FaitDePaiement, topic="subvention.paiement_constate.v1"):
    """The comptable paid."""

    montant_centimes: int

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        self.avancer(agregat, entete, Etape.PAYEE)

    def phrase(self, noms: Noms) -> str:
        return f"Échéance {self.echeance} payée : {en_euros(self.montant_centimes)}."


class RejetConstate(_FaitDePaiement, topic="subvention.rejet_constate.v1"):
    """The comptable did not pay, with his reason as a code: the échéance is to be liquidated again."""

    montant_centimes: int
    motif: str

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.paiements.pop(self.echeance, None)
        agregat.rejets[self.echeance] = Rejet(self.tentative, self.motif, jalon(entete))

    def phrase(self, noms: Noms) -> str:
        motif = self.motif.replace("_", " ")
        return f"Échéance {self.echeance} rejetée par le comptable ({motif}) : elle est à liquider de nouveau."
