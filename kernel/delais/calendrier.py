"""The civil calendar of délais: its limits, its quantièmes, its week-ends and public holidays."""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Final

from kernel.delais.intervalles import EtapeDeDelai
from kernel.instants import Effet, jour_de
from kernel.refus import Refus

PREMIERE_ANNEE: Final = 1900
DERNIERE_ANNEE: Final = 2200
DERNIERE_ANNEE_DES_FERIES: Final = 2100
"""Beyond it `holidays` answers that no day is a holiday: we refuse rather than repeat that."""

JOUR: Final = timedelta(days=1)
SAMEDI: Final = 5


class DateHorsCalendrier(Refus, code="date_hors_calendrier"):
    """A day outside the years in which délais are counted."""

    def __init__(self, annee: int, derniere: int = DERNIERE_ANNEE) -> None:
        super().__init__(
            f"Le délai sort du calendrier : l’année {annee} n’est pas entre {PREMIERE_ANNEE} et {derniere}.",
            annee=annee,
        )


def au_calendrier(effet: Effet) -> date:
    """Return the civil date in Paris, or refuse with DateHorsCalendrier outside 1900 to 2200."""
    if not PREMIERE_ANNEE <= effet.year <= DERNIERE_ANNEE:
        raise DateHorsCalendrier(effet.year)
    return jour_de(effet)


def quantieme(origine: date, mois: int) -> date:
    """Return the same day of the month that many months later, or the last of that month when it has no such day."""
    annee, rang = divmod(origine.year * 12 + origine.month - 1 + mois, 12)
    if annee > DERNIERE_ANNEE:
        raise DateHorsCalendrier(annee)
    return date(annee, rang + 1, min(origine.day, monthrange(annee, rang + 1)[1]))


def est_ouvre(jour: date) -> bool:
    """Tell whether a day is a jour ouvré, or refuse with DateHorsCalendrier after 2100."""
    return jour.weekday() < SAMEDI and jour not in _feries(jour.year)


def chomes_apres(jour: date) -> Iterator[EtapeDeDelai]:
    """Yield in order the week-ends and holidays that end after a day: the stops of a clock of jours ouvrés."""
    premiere = _chomes(jour.year)
    yield from premiere[bisect_right(premiere, jour, key=lambda chome: chome.au) :]
    for annee in count(jour.year + 1):
        yield from _chomes(annee)


@cache
def _chomes(annee: int) -> tuple[EtapeDeDelai, ...]:
    """Return the week-ends that start in a year, and its holidays on other days."""
    premier = date(annee, 1, 1)
    samedi = premier + (SAMEDI - premier.weekday()) % 7 * JOUR
    samedis = (samedi + 7 * rang * JOUR for rang in range(53))
    return tuple(
        sorted(
            [EtapeDeDelai(s, s + JOUR, 0, "Fin de semaine") for s in samedis if s.year == annee]
            + [
                EtapeDeDelai(jour, jour, 0, f"Jour férié : {nom}", "Code du travail, art. L3133-1")
                for jour, nom in _feries(annee).items()
                if jour.weekday() < SAMEDI
            ]
        )
    )


@cache
def _feries(annee: int) -> dict[date, str]:
    if annee > DERNIERE_ANNEE_DES_FERIES:
        raise DateHorsCalendrier(annee, DERNIERE_ANNEE_DES_FERIES)
    from holidays import country_holidays  # only to count one: what just reads a délai does not wait for it

    return dict(country_holidays("FR", years=annee, expand=False, language="fr"))
