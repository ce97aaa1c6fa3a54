"""The state of a subvention: what its facts have set, and nothing else. Chapters decide and await from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from aggregates.dossier.elements import Source
from kernel.agregat import Agregat
from kernel.attentes import Attente, Cle, Delai, GesteAttendu, Renvoi, Role
from kernel.faits import Entete, Fait, Immuable, Jalon
from kernel.identifiants import identifiant
from kernel.instants import Effet


class NatureEcheance(StrEnum):
    """Before, during or after the proof of what was done; or all at once."""

    AVANCE = "avance"
    ACOMPTE = "acompte"
    SOLDE = "solde"
    UNIQUE = "unique"


class EtapeDePaiement(StrEnum):
    """How far the payment of an échéance went."""

    LIQUIDEE = "liquidee"
    MANDATEE = "mandatee"
    SIGNEE = "signee"
    PAYEE = "payee"


class Terme(StrEnum):
    """How a subvention ends."""

    SOLDEE = "soldee"
    RENONCEE = "renoncee"


_TERMES = {Terme.SOLDEE: "soldée", Terme.RENONCEE: "close par la renonciation du bénéficiaire"}


class EcheancePrevue(Immuable):
    """One payment of the échéancier, in euro cents."""

    nature: NatureEcheance
    montant_centimes: int


@dataclass(frozen=True, slots=True)
class Paiement:
    """The attempt under way to pay an échéance; a rejected one leaves the state, its number does not come back."""

    etape: EtapeDePaiement
    tentative: int
    montant_centimes: int
    coordonnees: UUID
    liquidee_par: tuple[str, ...]
    liquidation: int
    jalon: Jalon
    mandatee_par: str | None = None
    mandatee_le: date | None = None
    bordereau: UUID | None = None


@dataclass(frozen=True, slots=True)
class Rejet:
    """Why the comptable did not pay, and since when the échéance is to be liquidated again."""

    tentative: int
    motif: str
    jalon: Jalon


@dataclass(eq=False)
class EtatSubvention(Agregat):
    """The money of one award. Amounts in euro cents; échéances are numbered from 1."""

    nom: ClassVar[str] = "subvention"
    ref: str = ""
    dossier: UUID | None = None
    dossier_ref: str = ""
    deliberation: UUID | None = None
    tiers: UUID | None = None
    campagne: str = ""
    objet: str = ""
    vote_centimes: int = 0
    vote_le: date | None = None
    ouverture: Jalon | None = None

    reprise: bool = False
    conditions: str | None = None
    source: Source | None = None
    source_version: int = 0
    reprise_par: tuple[str, ...] = ()
    validation: Jalon | None = None

    enveloppe_ref: str | None = None
    enveloppe: UUID | None = None
    engagement_centimes: int = 0
    engagement: Jalon | None = None
    degage: bool = False
    convention_exigee: bool = False
    convention: Jalon | None = None
    delai_paiement: Delai | None = None
    paiement_depuis: date | None = None

    echeancier: tuple[EcheancePrevue, ...] = ()
    echeancier_jalon: Jalon | None = None
    echeancier_fixe: bool = False
    paiements: dict[int, Paiement] = field(default_factory=dict)
    rejets: dict[int, Rejet] = field(default_factory=dict)

    terme: Terme | None = None
    terme_jalon: Jalon | None = None
    renonciation: UUID | None = None
    dossier_clos: bool = False

    @property
    def origine(self) -> tuple[str, Effet] | None:
        """Return the vote, or the take-over of what was decided elsewhere: nothing of an award comes before it."""
        if not self.existe:
            return None
        return ("le vote", self.vote_le) if self.vote_le else ("la reprise de la subvention", self.premier_effet)

    @property
    def engage_centimes(self) -> int:
        """Return what is engaged for it; that of a taken-over award was engaged elsewhere, for what was voted."""
        if self.degage:
            return 0
        return self.engagement_centimes if self.engagement is not None or not self.reprise else self.vote_centimes

    @property
    def liquide_centimes(self) -> int:
        """Return what was reckoned as owed; a rejected payment is to be reckoned again."""
        return self._cumul(*EtapeDePaiement)

    @property
    def mandate_centimes(self) -> int:
        """Return what was ordered."""
        return self._cumul(EtapeDePaiement.MANDATEE, EtapeDePaiement.SIGNEE, EtapeDePaiement.PAYEE)

    @property
    def paye_centimes(self) -> int:
        """Return what was paid."""
        return self._cumul(EtapeDePaiement.PAYEE)

    @property
    def echeancier_valide(self) -> bool:
        """Tell whether the échéances add up to what is voted (a corrected award asks for another échéancier)."""
        return bool(self.echeancier) and sum(e.montant_centimes for e in self.echeancier) == self.vote_centimes

    @property
    def reprise_a_valider(self) -> bool:
        """Tell whether another person than who took it over has still to vouch for it: nothing is paid before."""
        return self.reprise and self.validation is None

    @property
    def engagee(self) -> bool:
        """Tell whether money may be liquidated on it."""
        return self.engage_centimes > 0

    @property
    def engagee_par(self) -> Renvoi | None:
        """Return where its credits are engaged: by the enveloppe of its line, when the délibération named it."""
        if self.enveloppe_ref is not None:
            return Renvoi("enveloppe", identifiant("enveloppe", self.enveloppe_ref), str(self.deliberation))
        return None if self.deliberation is None else Renvoi("deliberation", self.deliberation)

    @property
    def convention_manquante(self) -> bool:
        """Tell whether a convention must still be signed before any payment."""
        return self.convention_exigee and self.convention is None

    @property
    def prochaine_a_liquider(self) -> int | None:
        """Return the first échéance that nothing was reckoned for, None when there is none."""
        rangs = range(1, len(self.echeancier) + 1)
        return next((rang for rang in rangs if rang not in self.paiements), None)

    @property
    def tout_est_paye(self) -> bool:
        """Tell whether every échéance was paid."""
        payes = all(paiement.etape is EtapeDePaiement.PAYEE for paiement in self.paiements.values())
        return self.echeancier_valide and self.prochaine_a_liquider is None and payes

    @property
    def ordonnees(self) -> list[int]:
        """Return the échéances ordered, paid or not: the beneficiary can no longer simply give up."""
        return [rang for rang, paiement in self.paiements.items() if paiement.etape is not EtapeDePaiement.LIQUIDEE]

    @property
    def vivante(self) -> bool:
        """Tell whether money may still be paid on it."""
        return self.existe and self.terme is None

    def exiger_vivante(self, geste: str) -> None:
        """Refuse the geste with GesteImpossible when it is not open, or over."""
        if not self.existe:
            raise self.impossible(geste, "cette subvention n’est pas ouverte")
        if self.terme is not None:
            pourquoi = f"la subvention {self.ref} est {_TERMES[self.terme]}"
            raise self.impossible(geste, pourquoi, etat=self.terme.value)

    def _cumul(self, *etapes: EtapeDePaiement) -> int:
        return sum(paiement.montant_centimes for paiement in self.paiements.values() if paiement.etape in etapes)


def dernier(jalons: Iterable[Jalon]) -> Jalon:
    """Return the last fact recorded, and since when all of them are true: they may be recorded in another order."""
    connus = list(jalons)
    return Jalon(max(un.version for un in connus), max(un.depuis for un in connus))


class FaitSubvention(Fait["EtatSubvention"]):
    """A fact of a subvention."""


def dans_le_delai(subvention: EtatSubvention, attente: Attente) -> Attente:
    """Return the attente with the échéance of the first payment, unless no délai runs or that payment was made.

    A délai whose start no fact tells has no échéance: nobody is late by it, and the attente says what is not known.
    Later échéances depend on an event of the convention or of the échéancier: the law gives them no délai of their own.
    """
    delai, depuis, premier = subvention.delai_paiement, subvention.paiement_depuis, subvention.paiements.get(1)
    if delai is None or (premier is not None and premier.etape is EtapeDePaiement.PAYEE):
        return attente
    if depuis is None:
        return replace(attente, fondement=f"{attente.fondement} ; {delai.fondement} (notification inconnue)")
    echeance = delai.echoir(depuis).dernier_instant
    return replace(
        attente, echeance=echeance, nature=delai.nature, fondement=f"{attente.fondement} ; {delai.fondement}"
    )


def ou_renoncer(subvention: EtatSubvention, verbe: str) -> tuple[GesteAttendu, ...]:
    """Return this geste, and the renunciation while nothing was ordered: after that it would be refused."""
    return subvention.a_faire(verbe) if subvention.ordonnees else subvention.a_faire(verbe, "renoncer")


class FaitDePaiement(FaitSubvention):
    """A fact of one attempt to pay one échéance."""

    echeance: int
    tentative: int

    def avancer(self, agregat: EtatSubvention, entete: Entete, etape: EtapeDePaiement, **champs: Any) -> None:
        """Move the attempt under way, if it is this one."""
        paiement = agregat.paiements.get(self.echeance)
        if paiement is not None and paiement.tentative == self.tentative:
            agregat.paiements[self.echeance] = replace(paiement, etape=etape, jalon=Jalon.de(entete), **champs)


def attente_d_echeance(
    subvention: EtatSubvention, code: str, rang: int, depuis: Jalon, de: Role, gestes: tuple[GesteAttendu, ...]
) -> Attente:
    """Return what is awaited of people for an échéance."""
    attente = Attente(
        Cle(code, str(rang), depuis.version),
        de=de,
        depuis=depuis.depuis,
        gestes=gestes,
        fondement=f"échéance {rang} de l’échéancier",
        habituelle=timedelta(days=20),
    )
    return dans_le_delai(subvention, attente) if rang == 1 else attente
