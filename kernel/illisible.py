"""What stands for a stored fact that this program cannot read: it says so, and harms its own aggregate only."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

from kernel.faits import Entete, Noms
from kernel.instants import Effet
from kernel.refus import Refus

SUJET_INCONNU: Final = "son sujet est inconnu, le programme est plus ancien que la base"
SANS_SA_FORME: Final = "son contenu n’a pas la forme attendue"
PAGE_ABIMEE: Final = "la page du fichier où il est gardé est abîmée"


class FaitIllisible(Refus, code="fait_illisible"):
    """An aggregate has a fact that this program cannot read: nothing is read of it, nothing is done on it."""

    @classmethod
    def de(cls, entete: Entete, topic: str, pourquoi: str) -> Self:
        """Say which fact, of what, and why."""
        return cls(
            f"Cet élément ({entete.agregat} {entete.id}) ne peut être ni lu ni modifié : son fait n° {entete.version} "
            f"({topic}) ne se lit pas, {pourquoi}.",
            agregat=entete.agregat,
            id=str(entete.id),
            version=entete.version,
            fait=topic,
            pourquoi=pourquoi,
        )


@dataclass(frozen=True, slots=True)
class Illisible:
    """In the place of a fact, in its stream and in the log: known by its topic, and it refuses to be folded.

    A newer program, or the same once the store is put right, reads the fact itself: nothing is made of this one.
    """

    topic: str
    pourquoi: str
    reveille: ClassVar[bool] = True

    def appliquer(self, _: object, entete: Entete) -> None:
        """Refuse with FaitIllisible: what comes after it would be folded into another state."""
        raise FaitIllisible.de(entete, self.topic, self.pourquoi)

    def a_la_date(self, _: Effet) -> Self:
        """Return itself: a date was corrected, and nothing can be read of what has it."""
        return self

    def phrase(self, _: Noms) -> str:
        """Return one French sentence for people."""
        return f"Ce fait ne se lit pas : {self.pourquoi}."

    def model_dump(self, **_: Any) -> dict[str, str]:
        """Return what is given to other systems."""
        return {"illisible": self.pourquoi}
