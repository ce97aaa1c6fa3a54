"""The deliberating body: who sits, since when, by which act. One stream per assembly. Elected members appear as ids."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from kernel.agregat import Agregat
from kernel.faits import Entete, Fait, IdDeTexte, Noms
from kernel.identifiants import est_un_login
from kernel.refus import Refus, SaisieInvalide
from kernel.textes import enumerer


class FaitAssemblee(Fait["Assemblee"]):
    """A fact of an assembly."""


class AssembleeComposee(FaitAssemblee, topic="assemblee.composee.v1", reveille=False):
    """From that day these members are en exercice, by the act cited; the former composition ends the day before."""

    ref: str
    depuis: date
    source: IdDeTexte
    president: str
    membres: tuple[str, ...]

    def appliquer(self, agregat: "Assemblee", entete: Entete) -> None:
        agregat.compositions[self.depuis] = self

    def phrase(self, noms: Noms) -> str:
        return f"Composition de l’assemblée au {self.depuis:%d/%m/%Y} : {len(self.membres)} membres ({noms.texte(self.source)})."


class CompositionInconnue(Refus, code="composition_inconnue"):
    """No composition is recorded for that day."""


@dataclass(eq=False)
class Assemblee(Agregat):
    """A deliberating body; it may rest."""

    nom: ClassVar[str] = "assemblee"
    compositions: dict[date, AssembleeComposee] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """Return the code, such as commission-permanente."""
        return next(iter(self.compositions.values())).ref if self.compositions else ""

    def composer(self, composee: AssembleeComposee) -> None:
        """Record a composition; the same is silent. Refuse with SaisieInvalide, or DejaFait (another, same day)."""
        membres = composee.membres
        illisibles = [membre for membre in membres if not est_un_login(membre)]
        if illisibles:
            raise SaisieInvalide(
                f"Un membre est désigné par un identifiant (elu-01), pas par son nom : {enumerer(illisibles)}.",
                membres=illisibles,
            )
        if not membres or len(set(membres)) != len(membres):
            raise SaisieInvalide("La liste des membres est vide, ou cite deux fois le même.", membres=list(membres))
        if composee.president not in membres:
            raise SaisieInvalide(
                f"Le président « {composee.president} » n’est pas parmi les membres.", president=composee.president
            )
        connue = self.compositions.get(composee.depuis)
        if connue is None:
            self.survient(composee, effectif_le=composee.depuis)
        elif connue != composee:
            raise AssembleeComposee.deja(f"Une autre composition est déjà enregistrée au {composee.depuis:%d/%m/%Y}.")

    def composition(self, au: date) -> AssembleeComposee:
        """Return who sits on that day, or refuse with CompositionInconnue."""
        debuts = [debut for debut in self.compositions if debut <= au]
        if not debuts:
            raise CompositionInconnue(
                f"Aucune composition de l’assemblée n’est enregistrée au {au:%d/%m/%Y}.", au=str(au)
            )
        return self.compositions[max(debuts)]
