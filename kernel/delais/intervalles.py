"""Stretches of whole civil days, both ends included."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from kernel.instants import en_iso
from kernel.refus import Refus

_JOUR: Final = r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4})\s*"
_BORNES: Final = re.compile(f"{_JOUR}/{_JOUR}")


class IntervalleIllisible(Refus, code="intervalle_illisible"):
    """Not two dates in order."""

    def __init__(self, texte: str) -> None:
        super().__init__(
            f"L’intervalle « {texte} » est illisible : écrire le premier et le dernier jour, dans l’ordre "
            f"(par exemple « 2026-03-10/2026-03-25 »).",
            intervalle=texte,
        )


@dataclass(frozen=True, slots=True, order=True)
class Intervalle:
    """Days from `du` to `au`. One that ends before it starts holds no day and stops no clock: facts may lead to it."""

    du: date
    au: date

    def __str__(self) -> str:
        return f"{self.du}/{self.au}"


class EtapeDeDelai(NamedTuple):
    """One stretch of the count of a délai. `jours` are the days that count: 0 while the clock does not run."""

    du: date
    au: date
    jours: int
    motif: str
    source: str = ""


def lire_intervalle(texte: str) -> Intervalle:
    """Read "2026-03-10/2026-03-25" or "10/03/2026/25/03/2026"; refuse with IntervalleIllisible, also out of order."""
    bornes = _BORNES.fullmatch(texte)
    try:
        du, au = (date.fromisoformat(en_iso(borne)) for borne in (bornes.groups() if bornes else ()))
    except ValueError as erreur:
        raise IntervalleIllisible(texte) from erreur
    if au < du:
        raise IntervalleIllisible(texte)
    return Intervalle(du, au)


def fusionner(intervalles: Iterable[Intervalle]) -> tuple[Intervalle, ...]:
    """Return the same days as separate intervals in order; overlapping or adjacent ones are joined."""
    fusionnes: list[Intervalle] = []
    for intervalle in sorted(i for i in intervalles if i.du <= i.au):
        if fusionnes and intervalle.du - fusionnes[-1].au <= timedelta(days=1):
            fusionnes[-1] = Intervalle(fusionnes[-1].du, max(fusionnes[-1].au, intervalle.au))
        else:
            fusionnes.append(intervalle)
    return tuple(fusionnes)
