"""A series of numbers for one year: the next one, and what each was given to."""

from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from aggregates.chrono.faits import RangAttribue
from kernel.agregat import Agregat
from kernel.attentes import Attente
from kernel.refus import SaisieInvalide


@dataclass(eq=False)
class Chrono(Agregat):
    """One series and one year; `rangs` is what was given, by act."""

    nom: ClassVar[str] = "chrono"
    serie: str = ""
    annee: int = 0
    rangs: dict[UUID, int] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """Return the series and its year, such as deliberation-2026."""
        return f"{self.serie}-{self.annee}"

    def attribuer(self, serie: str, annee: int, pour: UUID) -> None:
        """Give the next rank to an act, once; refuse with SaisieInvalide when this stream is another series."""
        if self.existe and (self.serie, self.annee) != (serie, annee):
            raise SaisieInvalide(f"Cette série est celle de {self.ref}.", serie=serie, annee=annee)
        if pour not in self.rangs:
            self.survient(RangAttribue(serie=serie, annee=annee, rang=len(self.rangs) + 1, pour=pour))

    def numero(self, pour: UUID) -> str:
        """Return the number given to an act, such as 2026.00001."""
        return f"{self.annee}.{self.rangs[pour]:05d}"


def attentes(_: Chrono) -> tuple[Attente, ...]:
    """Return nothing: a series may rest."""
    return ()
