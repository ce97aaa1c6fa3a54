"""What a bench returns: a figure, what it is compared with in the same run, and under which conditions."""

import os
import platform
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

TOURS = 5
"""Rounds of a comparison, the sides taking turns in each; a figure is the median of the rounds."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ampleur:
    """How much is measured: the full counts, or reduced ones that only show that the bench runs."""

    tours: int = TOURS
    rapide: bool = False
    garde: Path | None = None
    """Where the store of a bench is kept from one run to the next; None: it is made again and erased."""

    def choisir(self, plein: T, reduit: T) -> T:
        """Return the full count, or the reduced one."""
        return reduit if self.rapide else plein


PLEINE = Ampleur()
RAPIDE = Ampleur(tours=1, rapide=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesure:
    """One figure. `rapport` is `valeur` over `valeur_reference`; without a reference both are None."""

    nom: str
    valeur: float | None
    unite: str
    conditions: str
    reference: str | None = None
    valeur_reference: float | None = None

    @property
    def rapport(self) -> float | None:
        if self.valeur is None or not self.valeur_reference:
            return None
        return self.valeur / self.valeur_reference

    def en_json(self) -> dict[str, Any]:
        """Return the figure as the outside contract writes it."""
        return {
            "nom": self.nom,
            "valeur": _arrondir(self.valeur),
            "unite": self.unite,
            "reference": self.reference,
            "valeur_reference": _arrondir(self.valeur_reference),
            "rapport": _arrondir(self.rapport),
            "conditions": self.conditions,
        }


def absente(nom: str, unite: str, pourquoi: str) -> Mesure:
    """Return the place of a figure that could not be taken here, and why."""
    return Mesure(nom=nom, valeur=None, unite=unite, conditions=f"non mesuré : {pourquoi}")


def mediane(valeurs: Iterable[float]) -> float:
    return statistics.median(valeurs)


def centile(valeurs: Iterable[float], rang: int) -> float:
    """Return the smallest value that `rang` % of the values do not exceed."""
    tries = sorted(valeurs)
    return tries[min(len(tries) - 1, max(0, -(-len(tries) * rang // 100) - 1))]


def machine() -> str:
    """Return where the figures were taken, and how busy it was: on a loaded machine they mean little."""
    charge = os.getloadavg()[0]
    return f"{os.cpu_count()} cœurs, Python {platform.python_version()}, charge {charge:.1f} au départ"


def _arrondir(valeur: float | None) -> float | None:
    return None if valeur is None else float(f"{valeur:.4g}")
