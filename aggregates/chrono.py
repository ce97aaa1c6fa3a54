"""Numbers without hole or double. One stream per series and year: the next number, and what each was given to."""

from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from kernel.agregat import Agregat
from kernel.faits import Entete, Fait, Noms
from kernel.refus import SaisieInvalide


class FaitChrono(Fait["Chrono"]):
    """A fact of a series of numbers."""


class RangAttribue(FaitChrono, topic="chrono.rang_attribue.v1", reveille=False):
    """The next rank of the series was given to an act."""

    serie: str
    annee: int
    rang: int
    pour: UUID

    def appliquer(self, agregat: "Chrono", entete: Entete) -> None:
        agregat.serie, agregat.annee = self.serie, self.annee
        agregat.rangs[self.pour] = self.rang

    def phrase(self, noms: Noms) -> str:
        return f"Numéro {self.annee}.{self.rang:05d} attribué dans la série « {self.serie} »."


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
