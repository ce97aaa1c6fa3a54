"""The state of a bordereau: its lines, its signature, and who was told of it."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from kernel.agregat import Agregat
from kernel.faits import Fait
from kernel.instants import Instant


class CleDeLigne(NamedTuple):
    """What is ordered at most once: one attempt to pay one échéance of one subvention."""

    subvention: UUID
    echeance: int
    tentative: int


class Ligne(BaseModel):
    """One mandat: what is ordered, and who reckoned what is owed. Amount in euro cents."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    subvention: UUID
    echeance: int
    tentative: int
    montant_centimes: int
    liquidee_par: str

    @property
    def cle(self) -> CleDeLigne:
        """Return what makes it the same line."""
        return CleDeLigne(self.subvention, self.echeance, self.tentative)


class LigneRefusee(BaseModel):
    """A line whose subvention refused the signature, and the code of the refusal."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    subvention: UUID
    echeance: int
    tentative: int
    code: str

    @property
    def cle(self) -> CleDeLigne:
        """Return what makes it the same line."""
        return CleDeLigne(self.subvention, self.echeance, self.tentative)


@dataclass(eq=False)
class EtatBordereau(Agregat):
    """The mandats of one day, numbered in the day; a signed one takes no more lines."""

    nom: ClassVar[str] = "bordereau"
    ref: str = ""
    jour: date | None = None
    exercice: int = 0
    lignes: dict[CleDeLigne, Ligne] = field(default_factory=dict)
    ouvert_depuis: Instant | None = None
    signe_par: str | None = None
    a_porter: tuple[CleDeLigne, ...] = ()
    refusees: tuple[LigneRefusee, ...] = ()
    relance: bool = False
    portage: tuple[int, Instant] | None = None
    flux: str | None = None

    @property
    def total_centimes(self) -> int:
        """Return the sum of its lines."""
        return sum(ligne.montant_centimes for ligne in self.lignes.values())


class FaitBordereau(Fait["EtatBordereau"]):
    """A fact of a bordereau."""


def reference_bordereau(jour: date, rang: int) -> str:
    """Return "BORD-2026-07-14-1"."""
    return f"BORD-{jour.isoformat()}-{rang}"
