"""Who is present or represented at an instant of a sitting, and whether that makes a quorum. Pure functions.

CGCT, art. L4132-13-1: the commission permanente deliberates when the absolute majority of its members en exercice is
present or represented. A member who steps out (déport) for a scrutin is neither, and the pouvoir he holds falls with
him; he remains a member en exercice, so that the majority required does not move (our choice, for a juriste
to settle).
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as Ensemble
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from kernel.instants import Instant


class Statut(StrEnum):
    """How a member takes part."""

    PRESENT = "present"
    REPRESENTE = "represente"
    ABSENT = "absent"


class Presence(BaseModel):
    """One stretch of the sitting for one member; without bounds it is the whole sitting."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    membre: str
    statut: Statut
    pouvoir_a: str | None = None
    arrivee: AwareDatetime | None = None
    depart: AwareDatetime | None = None

    @property
    def bornee(self) -> bool:
        """Tell whether the member came late or left early."""
        return self.arrivee is not None or self.depart is not None

    def couvre(self, au: Instant | None) -> bool:
        """Tell whether it holds at that instant; None is the opening of the sitting."""
        if au is None:
            return self.arrivee is None
        return (self.arrivee is None or self.arrivee <= au) and (self.depart is None or au < self.depart)

    def croise(self, autre: "Presence") -> bool:
        """Tell whether both hold at some instant."""
        avant = self.depart is not None and autre.arrivee is not None and self.depart <= autre.arrivee
        apres = autre.depart is not None and self.arrivee is not None and autre.depart <= self.arrivee
        return not avant and not apres


def en_ordre(presences: Iterable[Presence]) -> tuple[Presence, ...]:
    """Return the stretches by member and hour: the order in which a sheet is typed says nothing."""
    return tuple(
        sorted(presences, key=lambda p: (p.membre, *map(str, (p.arrivee or "", p.depart, p.statut, p.pouvoir_a))))
    )


@dataclass(frozen=True, slots=True)
class Feuille:
    """The attendance sheet of an open sitting. `de_droit`: held 3 days after a lack of quorum, whatever the number."""

    jour: date
    membres: tuple[str, ...]
    preside_par: str
    presences: tuple[Presence, ...]
    de_droit: bool = False

    @property
    def bornee(self) -> bool:
        """Tell whether who is there depends on the hour."""
        return any(p.bornee for p in self.presences if p.statut is not Statut.ABSENT)


@dataclass(frozen=True, slots=True)
class Quorum:
    """The count of the members who make a quorum, at one instant."""

    en_exercice: int
    presents: int
    representes: int
    requis: int

    @property
    def atteint(self) -> bool:
        """Tell whether the absolute majority of the members en exercice is present or represented."""
        return self.presents + self.representes >= self.requis


def presents(presences: Iterable[Presence], au: Instant | None, *, sans: Ensemble[str] = frozenset()) -> frozenset[str]:
    """Return who is in the room at that instant, without those who stepped out."""
    return frozenset(p.membre for p in presences if p.statut is Statut.PRESENT and p.couvre(au)) - sans


def pouvoirs(
    presences: Iterable[Presence], au: Instant | None, *, sans: Ensemble[str] = frozenset()
) -> Mapping[str, str]:
    """Return who is represented, and by whom: a pouvoir holds while who gave it is away and who holds it is there."""
    presences = tuple(presences)
    la = presents(presences, au, sans=sans)
    return {
        p.membre: p.pouvoir_a
        for p in presences
        if p.statut is Statut.REPRESENTE and p.couvre(au) and p.pouvoir_a in la and p.membre not in la | sans
    }


def quorum(feuille: Feuille, au: Instant | None, *, sans: Ensemble[str] = frozenset()) -> Quorum:
    """Count the quorum at that instant, without those who stepped out."""
    return Quorum(
        en_exercice=len(feuille.membres),
        presents=len(presents(feuille.presences, au, sans=sans)),
        representes=len(pouvoirs(feuille.presences, au, sans=sans)),
        requis=len(feuille.membres) // 2 + 1,
    )
