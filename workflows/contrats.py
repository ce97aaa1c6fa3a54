"""What crosses Temporal: ids, instants, versions and codes. Histories are plain text: no personal data.

Plain frozen values without default factories: this module is passed through the sandbox, where a clock would go unseen.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from temporalio.common import SearchAttributeKey

ETAPE: Final = SearchAttributeKey.for_keyword("Etape")
DISPOSITIF: Final = SearchAttributeKey.for_keyword("Dispositif")
ATTEND_DE: Final = SearchAttributeKey.for_keyword_list("AttendDe")
VERSION_VUE: Final = SearchAttributeKey.for_int("VersionVue")
PROCHAINE_ECHEANCE: Final = SearchAttributeKey.for_datetime("ProchaineEcheance")

ATTRIBUTS: Final[tuple[SearchAttributeKey, ...]] = (ETAPE, DISPOSITIF, ATTEND_DE, VERSION_VUE, PROCHAINE_ECHEANCE)  # type: ignore[type-arg]
"""Search attributes every server must know before a worker starts."""

PARQUE: Final = "PARQUE"
"""Added to `AttendDe` when a command of the engine was parked: `AttendDe = 'PARQUE'` lists them all."""

REVEIL: Final = "reveil"
"""The one signal: `reveil(version, instant)`; the instant is given in a rehearsal only."""
DIAGNOSTIC: Final = "diagnostic"


@dataclass(frozen=True, slots=True)
class Suivi:
    """Start of a follow-up: which aggregate, at least at which version; `instant` is the rehearsal's clock."""

    agregat: str
    id: UUID
    version: int = 0
    instant: datetime | None = None


@dataclass(frozen=True, slots=True, order=True)
class DuEnAttente:
    """An automatisme and the instant from which it is due."""

    instant: datetime
    automatisme: str
    code: str
    objet: str
    ouverte_par: int


@dataclass(frozen=True, slots=True)
class Lecture:
    """Ask what an aggregate awaits, at least at that version, judged `au`."""

    agregat: str
    id: UUID
    version: int
    au: datetime


@dataclass(frozen=True, slots=True)
class Execution:
    """Ask that these automatismes be carried out in order, judged `au`; not those of `parques`."""

    agregat: str
    id: UUID
    dus: tuple[DuEnAttente, ...]
    au: datetime
    parques: tuple[DuEnAttente, ...] = ()


@dataclass(frozen=True, slots=True)
class Attendu:
    """What an aggregate awaits. `dus` is everything the engine has to do, now or later; `au`, when it was read."""

    version: int
    ouvert: bool
    au: datetime
    dus: tuple[DuEnAttente, ...] = ()
    details: str = ""
    etape: str | None = None
    dispositif: str | None = None
    attend_de: tuple[str, ...] = ()
    repetition: bool = False

    def prochaine(self, apres: datetime) -> datetime | None:
        """Return the next instant at which the engine has something to do, None when only people can move this."""
        return min((du.instant for du in self.dus if du.instant > apres), default=None)


@dataclass(frozen=True, slots=True)
class Parque:
    """A command refused, or without effect, twice at the same version: it waits for the version to move."""

    du: DuEnAttente
    refus: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a running follow-up knows: the version it saw and what it gave up trying."""

    version: int
    parques: tuple[Parque, ...] = ()
