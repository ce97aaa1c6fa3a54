"""The state of a sitting: what its facts have set, and nothing else."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar

from aggregates.seance.presences import FeuilleDePresence, Mouvement
from kernel.agregat import ParEtats
from kernel.attentes import Delai
from kernel.faits import Fait, Jalon
from kernel.identifiants import ReferenceInconnue


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
class EtatSeance(ParEtats[Etat]):
    """One sitting. `jour` is the planned day, then that of the sitting of right when the quorum lacked.

    `feuille` is the attendance sheet of the opening, `mouvements` what was noted since.
    """

    nom: ClassVar[str] = "seance"
    designation: ClassVar[str] = "la séance"
    ref: str = ""
    etat: Etat = Etat.A_PREVOIR
    jalon: Jalon | None = None
    jour: date | None = None
    feuille: FeuilleDePresence | None = None
    mouvements: list[Mouvement] = field(default_factory=list)
    interrompue: bool = False
    reunion: Delai | None = None

    @property
    def clos(self) -> bool:
        """Tell whether nothing more can happen."""
        return self.etat is Etat.LEVEE

    def exiger_jour(self, geste: str, *etats: Etat) -> date:
        """Return the day of the sitting; refuse with ReferenceInconnue, or GesteImpossible out of these états."""
        jour = self.jour_prevu()
        self.exiger(geste, *etats)
        return jour

    def jour_prevu(self) -> date:
        """Return the day of the sitting, or refuse with ReferenceInconnue."""
        if self.jour is None:
            raise ReferenceInconnue("Cette séance n’est pas prévue.")
        return self.jour


class FaitSeance(Fait["EtatSeance"]):
    """A fact of a sitting."""
