"""What a pass of reconciliation found and did."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

FILET_S: Final = 600.0
"""An automatisme due for that long is late, and executed without Temporal."""


class Genre(StrEnum):
    """What a difference is; what each means and what to do: docs/exploitation.md."""

    SANS_SUIVI = "sans_suivi"
    EN_RETARD = "suivi_en_retard"
    SANS_OBJET = "suivi_sans_objet"
    INCONNU = "suivi_d_un_inconnu"
    HORLOGE_SUSPECTE = "horloge_suspecte"
    HORLOGES_DESACCORDEES = "horloges_desaccordees"
    OUBLI_ANNULE = "oubli_annule"
    JOURNAL_RETIRE = "journal_retire"
    """The log of SQLite was removed under a running program; said until a person takes note."""
    STORE_EN_ARRIERE = "store_en_arriere"
    """A follow-up knows versions the store does not hold: an older copy was put back. A person decides; no pass repairs."""


@dataclass(frozen=True, slots=True)
class Derive:
    """One difference between the store and Temporal."""

    genre: Genre
    agregat: str
    id: str
    version: int = 0
    version_vue: int = 0


@dataclass(frozen=True, slots=True)
class Parquee:
    """A command of the engine that is refused each time, by the follow-up or by the safety net."""

    agregat: str
    id: str
    automatisme: str
    refus: str


@dataclass(slots=True)
class Rapport:
    """What a pass found and did. `en_retard` counts automatismes due for longer than the safety net allows."""

    derive: list[Derive] = field(default_factory=list)
    repares: int = 0
    en_retard: int = 0
    filet: int = 0
    parques: list[Parquee] = field(default_factory=list)
    ouverts: int = 0
    suivis: int = 0

    @property
    def sain(self) -> bool:
        """Tell whether nothing was found."""
        return not (self.derive or self.parques or self.en_retard)

    def en_json(self) -> dict[str, Any]:
        """Return what `reconcilier` prints; `derive` and `parques` are those of `etat`."""
        return asdict(self)
