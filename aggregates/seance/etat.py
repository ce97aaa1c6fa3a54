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
from kernel.instants import Effet, Instant, jour_de
from kernel.refus import Refus


class Etat(StrEnum):
    """Where a sitting stands."""

    A_PREVOIR = "a_prevoir"
    PREVUE = "prevue"
    CONVOQUEE = "convoquee"
    SANS_QUORUM = "sans_quorum"
    OUVERTE = "ouverte"
    SUSPENDUE = "suspendue"
    LEVEE = "levee"


class SeancePasEncore(Refus, code="seance_pas_encore"):
    """The day of the sitting has not come."""

    attend_un_jour = True


class HorsSeance(Refus, code="hors_seance"):
    """The sitting was held on its day, or in its hours, and this is dated out of them."""


@dataclass(eq=False)
class EtatSeance(ParEtats[Etat]):
    """One sitting. `jour` is the planned day, then that of the sitting of right when the quorum lacked.

    `feuille` is the attendance sheet of the opening, `mouvements` what was noted since, `tenue` since when it was open (true)
    or interrupted.
    """

    nom: ClassVar[str] = "seance"
    designation: ClassVar[str] = "la séance"
    ref: str = ""
    etat: Etat = Etat.A_PREVOIR
    jalon: Jalon | None = None
    jour: date | None = None
    feuille: FeuilleDePresence | None = None
    mouvements: list[Mouvement] = field(default_factory=list)
    tenue: list[tuple[Instant, bool]] = field(default_factory=list)
    reunion: Delai | None = None

    @property
    def origine(self) -> tuple[str, Effet] | None:
        """Return when it was planned: its members are not convened before."""
        return ("l’annonce de la séance", self.premier_effet) if self.existe else None

    @property
    def clos(self) -> bool:
        """Tell whether nothing more can happen."""
        return self.etat is Etat.LEVEE

    def exiger_jour(self, geste: str, *etats: Etat) -> date:
        """Return the day of the sitting; refuse with ReferenceInconnue, or GesteImpossible out of these états."""
        jour = self.jour_prevu()
        self.exiger(geste, *etats)
        return jour

    def exiger_du_jour(self, le: Effet, jour: date) -> None:
        """Refuse with SeancePasEncore or HorsSeance what a sitting does on another day than its own."""
        if jour_de(le) < jour:
            raise SeancePasEncore(f"La séance se tient le {jour:%d/%m/%Y}, pas avant.", jour=str(jour))
        self.exiger_pas_apres(le, jour)

    def exiger_pas_apres(self, le: Effet, jour: date) -> None:
        """Refuse with HorsSeance what is dated after the day of the sitting."""
        if jour_de(le) > jour:
            raise HorsSeance(
                f"La séance s’est tenue le {jour:%d/%m/%Y}, et cet acte serait du {jour_de(le):%d/%m/%Y} : "
                "saisi après coup, il porte sa date (--le).",
                jour=str(jour),
                le=str(jour_de(le)),
            )

    def jour_prevu(self) -> date:
        """Return the day of the sitting, or refuse with ReferenceInconnue."""
        if self.jour is None:
            raise ReferenceInconnue("Cette séance n’est pas prévue.")
        return self.jour


class FaitSeance(Fait["EtatSeance"]):
    """A fact of a sitting."""
