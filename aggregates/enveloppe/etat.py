"""The state of an enveloppe: what its facts have set, and nothing else."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from kernel.agregat import Agregat
from kernel.faits import Entete, Fait, Immuable, Jalon
from kernel.instants import Instant, debut_de


class Section(StrEnum):
    """The half of a budget: never mixed."""

    FONCTIONNEMENT = "fonctionnement"
    INVESTISSEMENT = "investissement"


class LigneEngagee(Immuable):
    """What one dossier of a rapport engages, in euro cents."""

    dossier: UUID
    montant_centimes: int


class EngagementNonPorte(Immuable):
    """A line that could not be told to its subvention, and the code of the refusal."""

    dossier: UUID
    code: str


@dataclass(frozen=True, slots=True)
class Engagement:
    """The engagement asked for one rapport: waiting for credits, or made.

    `jalon` is the fact that made it what it is; `a_porter` are the dossiers whose subvention is to be told,
    `relance` when a person asked for it once more.
    """

    deliberation: UUID
    lignes: tuple[LigneEngagee, ...]
    jalon: Jalon
    a_porter: tuple[UUID, ...] = ()
    refusees: tuple[EngagementNonPorte, ...] = ()
    relance: bool = False

    @property
    def total_centimes(self) -> int:
        """Return the sum of its lines."""
        return sum(ligne.montant_centimes for ligne in self.lignes)

    def sans(self, dossier: UUID) -> "Engagement":
        """Return the same without a dossier."""
        return replace(
            self,
            lignes=tuple(ligne for ligne in self.lignes if ligne.dossier != dossier),
            a_porter=tuple(porte for porte in self.a_porter if porte != dossier),
            refusees=tuple(refusee for refusee in self.refusees if refusee.dossier != dossier),
        )


@dataclass(eq=False)
class EtatEnveloppe(Agregat):
    """Credits of one dispositif, one exercice, one section. Amounts in euro cents.

    `votes` is what each act gave, or took back (below zero). `demandees` keeps what each rapport asked at first, so that
    a repeat is known even after a dégagement; `liberees` and `degages` (dossier → motive) what was given back, likewise.
    """

    nom: ClassVar[str] = "enveloppe"
    ref: str = ""
    dispositif: str = ""
    exercice: int = 0
    section: Section | None = None
    votes: dict[UUID, int] = field(default_factory=dict)
    reservations: dict[UUID, int] = field(default_factory=dict)
    liberees: set[UUID] = field(default_factory=set)
    demandees: dict[UUID, tuple[LigneEngagee, ...]] = field(default_factory=dict)
    en_attente: dict[UUID, Engagement] = field(default_factory=dict)
    engagements: dict[UUID, Engagement] = field(default_factory=dict)
    degages: dict[UUID, UUID] = field(default_factory=dict)
    budget_depuis: Instant | None = None
    credits_depuis: Instant | None = None

    @property
    def budget_vote(self) -> bool:
        """Tell whether a first vote of the budget was recorded."""
        return bool(self.votes)

    @property
    def vote_centimes(self) -> int:
        """Return what was voted, later votes included."""
        return sum(self.votes.values())

    @property
    def reserve_centimes(self) -> int:
        """Return what is kept for rapports not yet engaged."""
        return sum(self.reservations.values())

    @property
    def engage_centimes(self) -> int:
        """Return what is engaged."""
        return sum(demande.total_centimes for demande in self.engagements.values())

    @property
    def disponible_centimes(self) -> int:
        """Return what may still be reserved or engaged; never below zero."""
        return self.vote_centimes - self.reserve_centimes - self.engage_centimes

    def tient(self, demande: Engagement) -> bool:
        """Tell whether the credits, its own reservation and what it replaces included, are enough for an engagement."""
        remplace = self.engagements.get(demande.deliberation)
        a_soi = self.reservations.get(demande.deliberation, 0) + (remplace.total_centimes if remplace else 0)
        return self.budget_vote and self.disponible_centimes + a_soi >= demande.total_centimes

    def prochaine(self) -> Engagement | None:
        """Return the first waiting engagement for which the credits are enough, in the order they were asked."""
        return next((demande for demande in self.en_attente.values() if self.tient(demande)), None)

    def ligne_de(self, dossier: UUID) -> tuple[Engagement, LigneEngagee] | None:
        """Return where a dossier is engaged, or waits to be."""
        for demande in (*self.engagements.values(), *self.en_attente.values()):
            for ligne in demande.lignes:
                if ligne.dossier == dossier:
                    return demande, ligne
        return None

    def exiger_ouverte(self, geste: str) -> None:
        """Refuse the geste with GesteImpossible before the enveloppe is open."""
        if not self.existe:
            raise self.impossible(geste, "cette enveloppe n’est pas ouverte")

    def mouvement(self, entete: Entete) -> None:
        """Note since when the credits are what they are: an earlier movement may be recorded later."""
        depuis = debut_de(entete.effectif_le)
        self.credits_depuis = depuis if self.credits_depuis is None else max(self.credits_depuis, depuis)


class FaitEnveloppe(Fait["EtatEnveloppe"]):
    """A fact of an enveloppe."""


def reference_enveloppe(dispositif: str, exercice: int, section: Section) -> str:
    """Return "nqe-2026-fonctionnement"."""
    return f"{dispositif}-{exercice}-{section.value}"
