"""Who is present or represented at an instant of a sitting, and whether that makes a quorum. Pure functions.

CGCT, art. L4132-13-1: the commission permanente deliberates when the absolute majority of its members en exercice is
present or represented. A member who steps out (déport) for a scrutin is neither, and the pouvoir he holds falls with
him; he remains a member en exercice, so that the majority required does not move (our choice, for a juriste
to settle).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as Ensemble
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final

from pydantic import AwareDatetime

from kernel.faits import Immuable
from kernel.instants import Instant, jour_de
from kernel.refus import Refus
from kernel.textes import enumerer

_TOUJOURS: Final = datetime.min.replace(tzinfo=UTC)
"""When a stretch without a beginning begins."""


class Statut(StrEnum):
    """How a member takes part."""

    PRESENT = "present"
    REPRESENTE = "represente"
    ABSENT = "absent"


class Presence(Immuable):
    """One stretch of the sitting for one member; without bounds it is the whole sitting."""

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
class FeuilleDePresence:
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
    presences: Sequence[Presence], au: Instant | None, *, sans: Ensemble[str] = frozenset()
) -> Mapping[str, str]:
    """Return who is represented, and by whom: a pouvoir holds while who gave it is away and who holds it is there."""
    la = presents(presences, au, sans=sans)
    return {
        p.membre: p.pouvoir_a
        for p in presences
        if p.statut is Statut.REPRESENTE and p.couvre(au) and p.pouvoir_a in la and p.membre not in la | sans
    }


def quorum(feuille: FeuilleDePresence, au: Instant | None, *, sans: Ensemble[str] = frozenset()) -> Quorum:
    """Count the quorum at that instant, without those who stepped out."""
    return Quorum(
        en_exercice=len(feuille.membres),
        presents=len(presents(feuille.presences, au, sans=sans)),
        representes=len(pouvoirs(feuille.presences, au, sans=sans)),
        requis=len(feuille.membres) // 2 + 1,
    )


class Mouvement(Immuable):
    """From that instant on, and until the next thing known of him, a member takes part so."""

    membre: str
    statut: Statut
    pouvoir_a: str | None = None
    a: AwareDatetime


def apres(feuille: FeuilleDePresence, mouvements: Sequence[Mouvement]) -> FeuilleDePresence:
    """Return the sheet of the opening with what was noted since, in whatever order it was noted."""
    touches = {mouvement.membre for mouvement in mouvements}
    gardees = [p for p in feuille.presences if p.membre not in touches]
    refaites = [troncon for membre in touches for troncon in _troncons(membre, feuille, mouvements)]
    return replace(feuille, presences=en_ordre([*gardees, *refaites]))


def _troncons(membre: str, feuille: FeuilleDePresence, mouvements: Iterable[Mouvement]) -> Iterator[Presence]:
    """Yield the stretches of one member: each thing known of him holds until the next one."""
    absent = (Statut.ABSENT, None)
    connu: dict[Instant | None, tuple[Statut, str | None]] = {None: absent}
    siennes = [p for p in feuille.presences if p.membre == membre and p.statut is not Statut.ABSENT]
    connu.update((p.depart, absent) for p in siennes if p.depart is not None)
    connu.update((p.arrivee, (p.statut, p.pouvoir_a)) for p in siennes)
    connu.update((m.a, (m.statut, m.pouvoir_a)) for m in mouvements if m.membre == membre)
    suite = [None, *sorted(instant for instant in connu if instant is not None), None]
    for debut, fin in pairwise(suite):
        statut, pouvoir_a = connu[debut]
        if statut is not Statut.ABSENT:
            yield Presence(membre=membre, statut=statut, pouvoir_a=pouvoir_a, arrivee=debut, depart=fin)


class MembreInconnu(Refus, code="membre_inconnu"):
    """Not a member of the assembly on that day."""


class PresencesInvalides(Refus, code="presences_invalides"):
    """The attendance sheet contradicts itself."""


class PouvoirInvalide(Refus, code="pouvoir_invalide"):
    """A pouvoir nobody may hold: given to an absent, or one too many."""


class PresidenceExigee(Refus, code="presidence_exigee"):
    """Somebody present must preside."""


def exiger_admissible(feuille: FeuilleDePresence, jour: date) -> None:
    """Refuse with MembreInconnu, PresencesInvalides, PouvoirInvalide or PresidenceExigee."""
    presences = feuille.presences
    cites = {p.membre for p in presences} | {p.pouvoir_a for p in presences if p.pouvoir_a} | {feuille.preside_par}
    exiger_membres(cites, feuille)
    for presence in presences:
        exiger_coherente(presence.membre, presence.statut, presence.pouvoir_a)
        _exiger_bornes(presence, jour)
    la = [p for p in presences if p.statut is not Statut.ABSENT]
    for membre, siennes in _par(la, lambda p: p.membre).items():
        if _se_croisent(siennes):
            raise PresencesInvalides(f"{membre} est noté deux fois au même moment.", membre=membre)
    for membre, recus in _par(la, lambda p: p.pouvoir_a).items():
        if _se_croisent(recus):
            raise PouvoirInvalide(f"{membre} détient deux pouvoirs : un seul est permis.", membre=membre)
    _exiger_mandataires(la)
    if feuille.preside_par not in presents(presences, None):
        raise PresidenceExigee(
            f"{feuille.preside_par} n’est pas présent à l’ouverture : dites qui préside (--preside-par).",
            preside_par=feuille.preside_par,
        )


def _par(presences: Iterable[Presence], nommer: Callable[[Presence], str | None]) -> Mapping[str, list[Presence]]:
    """Return the stretches of each, from the first to the last."""
    groupes: dict[str, list[Presence]] = {}
    for presence in sorted(presences, key=lambda p: p.arrivee or _TOUJOURS):
        if (nom := nommer(presence)) is not None:
            groupes.setdefault(nom, []).append(presence)
    return groupes


def _se_croisent(presences: Iterable[Presence]) -> bool:
    """Tell whether two stretches hold at one instant: in order, if any two do, two neighbours do."""
    return any(une.croise(autre) for une, autre in pairwise(presences))


def exiger_membres(cites: Iterable[str], feuille: FeuilleDePresence) -> None:
    """Refuse with MembreInconnu whoever is not a member en exercice on the day of the sitting."""
    inconnus = sorted(set(cites) - set(feuille.membres))
    if inconnus:
        jour = feuille.jour
        raise MembreInconnu(
            f"Pas membre de l’assemblée ce jour-là : {enumerer(inconnus)}.", membres=inconnus, jour=str(jour)
        )


def exiger_coherente(membre: str, statut: Statut, pouvoir_a: str | None) -> None:
    """Refuse with PresencesInvalides or PouvoirInvalide a pouvoir without its statut, or given to oneself."""
    if (statut is Statut.REPRESENTE) != (pouvoir_a is not None):
        raise PresencesInvalides(f"{membre} : un pouvoir va avec le statut « represente », et lui seul.", membre=membre)
    if pouvoir_a == membre:
        raise PouvoirInvalide(f"{membre} ne peut pas se donner pouvoir.", membre=membre)


def _exiger_bornes(presence: Presence, jour: date) -> None:
    membre = presence.membre
    if presence.arrivee and presence.depart and presence.depart <= presence.arrivee:
        raise PresencesInvalides(f"{membre} part avant d’arriver.", membre=membre)
    if any(borne is not None and jour_de(borne) < jour for borne in (presence.arrivee, presence.depart)):
        raise PresencesInvalides(f"{membre} : heure antérieure au jour de la séance.", membre=membre, jour=str(jour))


def _exiger_mandataires(la: Sequence[Presence]) -> None:
    presents = _par((p for p in la if p.statut is Statut.PRESENT), lambda p: p.membre)
    debuts = {membre: [p.arrivee or _TOUJOURS for p in siennes] for membre, siennes in presents.items()}
    for pouvoir in la:
        if pouvoir.pouvoir_a is None:
            continue
        # of those that begin before the pouvoir ends, the last one ends last: no two of one member cross
        commences = debuts.get(pouvoir.pouvoir_a, [])
        rang = len(commences) if pouvoir.depart is None else bisect_left(commences, pouvoir.depart)
        if rang == 0 or not presents[pouvoir.pouvoir_a][rang - 1].croise(pouvoir):
            raise PouvoirInvalide(
                f"{pouvoir.membre} donne pouvoir à {pouvoir.pouvoir_a}, qui est absent.",
                membre=pouvoir.membre,
                pouvoir_a=pouvoir.pouvoir_a,
            )
