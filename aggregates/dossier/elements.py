"""What the state of a dossier keeps of its financeurs, visas, motifs, recours, decision and source."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from kernel.attentes import Delai, Role
from kernel.delais import Echeance
from kernel.faits import Immuable, Jalon
from kernel.instants import Instant, jour_de


class Financement(NamedTuple):
    """Who finances what, since when: a line of the budget (from 1), or an aid beside it, perhaps for one cost."""

    version: int
    depuis: Instant
    ligne: int | None
    financeur: str
    tiers: UUID | None
    public: bool
    stade: str
    montant_centimes: int
    poste: str | None
    source: UUID

    @property
    def cle(self) -> object:
        """Return what makes two facts about the same financement."""
        return (self.financeur, self.tiers, self.poste) if self.ligne is None else self.ligne


@dataclass(frozen=True, slots=True)
class Avis:
    """An avis asked of a partner, alone or as one expert of a `groupe`, of which `minimum` are enough.

    Its `echeance` and `rappels` are known once the partner has the demande.
    """

    version: int
    de: str
    depuis: Instant
    delai: Delai
    source: UUID | None
    repute_rendu: bool
    groupe: str | None
    minimum: int
    durees_des_rappels: tuple[str, ...]
    echeance: Instant | None = None
    rappels: tuple[Instant, ...] = ()
    hors_liste: bool = False


@dataclass(frozen=True, slots=True)
class Notification:
    """A decision notified to whom it is against; the `delai` of recours runs from that day, when it is `opposable`."""

    jalon: Jalon
    delai: Delai
    opposable: bool

    @property
    def le(self) -> date:
        """Return the day it was notified."""
        return jour_de(self.jalon.depuis)

    @property
    def terme(self) -> Echeance | None:
        """Return when the délai of recours is over, None when it does not run."""
        return self.delai.echoir(self.le) if self.opposable else None


@dataclass(frozen=True, slots=True)
class FinDeRecours:
    """How a recours ended, since when, by which fact, and what was said of it."""

    version: int
    issue: str
    le: date
    texte: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recours:
    """A recours, what it attacks, and what came of it: `rejete_par_silence` is the version of the fact that says so."""

    rang: int
    version: int
    nature: str
    par: str
    contre: str
    le: date
    depuis: Instant
    delai: Delai | None
    interrompt: Delai | None
    texte: UUID
    fin: FinDeRecours | None = None
    rejete_par_silence: int | None = None
    notification: Notification | None = None
    """Of its answer."""


@dataclass(frozen=True, slots=True)
class MotifsDuRejet:
    """The motives of an implicit refusal: asked for, then told, with what was said."""

    jalon: Jalon
    le: date
    delai: Delai
    communiques: tuple[date, UUID] | None = None


class VisaPrevu(Immuable):
    """One level of visa: from which amount, whose, when it is reminded, and who may give it after the last reminder."""

    role: Role
    a_partir_de_centimes: int = 0
    rappels: tuple[Delai, ...] = ()
    escalade: Role | None = None


@dataclass(frozen=True, slots=True)
class MotifSuivi:
    """What was found against the request, and the answer that holds; None while nobody answered."""

    version: int
    code: str
    objet: str
    depuis: Instant
    sens: str | None = None
    justification: UUID | None = None
    repondu_le: Instant | None = None


@dataclass(frozen=True, slots=True)
class DecisionExpresse:
    """What the assembly decided, and the version of the first fact that told it."""

    version: int
    favorable: bool
    vote_le: date


class Source(Immuable):
    """Where a taken-over dossier comes from: a file, by digest, a line of it, and what made the row the same."""

    fichier_sha256: str
    ligne: int
    rang: int
    identite: str

    @property
    def cle(self) -> tuple[str, int]:
        """Return what makes it the same row in a newer file."""
        return self.identite, self.rang
