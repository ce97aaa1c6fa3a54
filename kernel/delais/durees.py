"""Lengths of délais, and their texts: facts and règlements store the canonical one."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from kernel.refus import Refus
from kernel.textes import sans_accents

NOMBRE_MAX: Final = 99_999


class Unite(StrEnum):
    """What a délai is counted in."""

    JOURS = "jours"
    JOURS_FRANCS = "jours_francs"
    JOURS_OUVRES = "jours_ouvres"
    SEMAINES = "semaines"
    MOIS = "mois"
    MOIS_FRANCS = "mois_francs"
    ANS = "ans"


class DureeIllisible(Refus, code="duree_illisible"):
    """Not a whole number of at least 1 followed by a known unit, nor months or years and then days."""

    def __init__(self, texte: str) -> None:
        super().__init__(
            f"La durée « {texte} » est illisible : écrire un nombre entier, de 1 à {NOMBRE_MAX}, et une unité parmi "
            f"{', '.join(Unite)} (par exemple « 2 mois », « 1 mois et 15 jours »).",
            duree=texte,
        )


_SINGULIERS: Final = {
    Unite.JOURS: "jour",
    Unite.JOURS_FRANCS: "jour_franc",
    Unite.JOURS_OUVRES: "jour_ouvre",
    Unite.SEMAINES: "semaine",
    Unite.MOIS: "mois",
    Unite.MOIS_FRANCS: "mois_franc",
    Unite.ANS: "an",
}
_LECTURES: Final = {
    **{forme.replace("_", " "): unite for unite in Unite for forme in (unite.value, _SINGULIERS[unite])},
    "annee": Unite.ANS,
    "annees": Unite.ANS,
}
_COMPOSABLES: Final = frozenset({Unite.MOIS, Unite.ANS})
_ET: Final = re.compile(r"\s+et\s+")
_DUREE: Final = re.compile(r"\s*([0-9]{1,5})(\D.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Duree:
    """The length of a délai, at least 1, and the `jours` counted after its months or years, francs or not.

    Its `str` is the canonical text: "2 mois", "10 jours_ouvres", "1 an", "1 mois et 15 jours", "1 mois et 15 jours_francs".
    """

    nombre: int
    unite: Unite
    jours: int = 0
    francs: bool = False

    def __post_init__(self) -> None:
        composee = self.unite in _COMPOSABLES and 0 < self.jours <= NOMBRE_MAX
        if not 1 <= self.nombre <= NOMBRE_MAX or not (composee or (self.jours == 0 and not self.francs)):
            raise DureeIllisible(str(self))

    @property
    def suite(self) -> "Duree | None":
        """Return what is counted after the months or the years, None when nothing is."""
        return Duree(self.jours, Unite.JOURS_FRANCS if self.francs else Unite.JOURS) if self.jours else None

    def __str__(self) -> str:
        simple = f"{self.nombre} {_SINGULIERS[self.unite] if self.nombre == 1 else self.unite.value}"
        return f"{simple} et {self.suite}" if self.jours > 0 else simple

    @property
    def libelle(self) -> str:
        """Return the words for people: "10 jours ouvrés"."""
        return str(self).replace("_", " ").replace("ouvre", "ouvré")


@lru_cache(maxsize=256)
def lire_duree(texte: str) -> Duree:
    """Read "2 mois", "10 jours ouvrés", "1 an", "1 mois et 15 jours", "1 mois et 15 jours francs"…, or refuse with DureeIllisible.

    "jours ouvrables" is refused: whether a Saturday counts must not be guessed.
    """
    entiere, *suite = map(_lire_simple, _ET.split(texte))
    match entiere, suite:
        case Duree(), []:
            return entiere
        case Duree(unite=unite), [Duree(unite=Unite.JOURS | Unite.JOURS_FRANCS) as jours] if unite in _COMPOSABLES:
            return Duree(entiere.nombre, unite, jours.nombre, jours.unite is Unite.JOURS_FRANCS)
    raise DureeIllisible(texte)


def _lire_simple(texte: str) -> Duree | None:
    lu = _DUREE.fullmatch(texte)
    unite = _LECTURES.get(sans_accents(lu[2].replace("_", " "))) if lu else None
    return None if lu is None or unite is None or int(lu[1]) == 0 else Duree(int(lu[1]), unite)
