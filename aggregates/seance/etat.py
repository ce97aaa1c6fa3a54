"""The state of a sitting: what its facts have set, and nothing else."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar

from aggregates.seance.presences import Feuille, Mouvement
from kernel.agregat import Agregat
from kernel.attentes import Delai
from kernel.faits import Entete, Fait
from kernel.identifiants import ReferenceInconnue
from kernel.instants import Instant, debut_de
from kernel.refus import GesteImpossible


class Etat(StrEnum):
    """Where a sitting stands."""

    A_PREVOIR = "a_prevoir"
    PREVUE = "prevue"
    CONVOQUEE = "convoquee"
    SANS_QUORUM = "sans_quorum"
    OUVERTE = "ouverte"
    SUSPENDUE = "suspendue"
    LEVEE = "levee"


@dataclass(eq=False)
class EtatSeance(Agregat):
    """One sitting. `jour` is the planned day, then that of the sitting of right when the quorum lacked.

    `feuille` is the attendance sheet of the opening, `mouvements` what was noted since.
    """

    nom: ClassVar[str] = "seance"
    ref: str = ""
    etat: Etat = Etat.A_PREVOIR
    depuis: Instant | None = None
    etat_version: int = 0
    jour: date | None = None
    feuille: Feuille | None = None
    mouvements: list[Mouvement] = field(default_factory=list)
    interrompue: bool = False
    reunion: Delai | None = None

    @property
    def clos(self) -> bool:
        """Tell whether nothing more can happen."""
        return self.etat is Etat.LEVEE

    def passer(self, etat: Etat, entete: Entete) -> None:
        """Set the état from a fact: since when, and by which version."""
        self.etat, self.depuis, self.etat_version = etat, debut_de(entete.effectif_le), entete.version

    def exiger(self, geste: str, *etats: Etat) -> date:
        """Return the day of the sitting; refuse with ReferenceInconnue, or GesteImpossible out of these états."""
        if self.jour is None:
            raise ReferenceInconnue("Cette séance n’est pas prévue.")
        if self.etat not in etats:
            raise GesteImpossible(
                f"« {geste} » est impossible : la séance {self.ref} est à l’état « {self.etat} ».",
                geste=geste,
                etat=self.etat.value,
            )
        return self.jour


class FaitSeance(Fait["EtatSeance"]):
    """A fact of a sitting."""
