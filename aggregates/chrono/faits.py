"""What happens to a series: numbers are given, one after the other."""

from typing import TYPE_CHECKING
from uuid import UUID

from kernel.faits import Entete, Fait, Noms

if TYPE_CHECKING:
    from aggregates.chrono.chrono import Chrono


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
