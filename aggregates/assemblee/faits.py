"""What happens to an assembly: composed. Elected members appear as ids, never by name."""

from datetime import date
from typing import TYPE_CHECKING

from kernel.faits import Entete, Fait, Noms

if TYPE_CHECKING:
    from aggregates.assemblee.assemblee import Assemblee


class FaitAssemblee(Fait["Assemblee"]):
    """A fact of an assembly."""


class AssembleeComposee(FaitAssemblee, topic="assemblee.composee.v1", reveille=False):
    """From that day these members are en exercice, by the act cited; the former composition ends the day before."""

    ref: str
    depuis: date
    source: str
    president: str
    membres: tuple[str, ...]

    def appliquer(self, agregat: "Assemblee", entete: Entete) -> None:
        agregat.compositions[self.depuis] = self

    def phrase(self, noms: Noms) -> str:
        return f"Composition de l’assemblée au {self.depuis:%d/%m/%Y} : {len(self.membres)} membres ({self.source})."
