"""What each figure must reach: floors and goals of issue 3, as data. A figure without a row is for information."""

from dataclasses import dataclass
from typing import Any, Literal

from bench.mesure import Mesure

Quoi = Literal["valeur", "rapport"]


@dataclass(frozen=True, slots=True)
class Plancher:
    """A floor that must hold and a goal to reach, on a value or on its ratio to the reference."""

    plancher: float
    objectif: float
    sur: Quoi = "rapport"

    @property
    def petit_vaut_mieux(self) -> bool:
        return self.objectif < self.plancher

    def lire(self, mesure: Mesure) -> float | None:
        """Return what is compared."""
        return mesure.valeur if self.sur == "valeur" else mesure.rapport

    def atteint(self, lu: float, seuil: float) -> bool:
        """Tell whether a figure is as good as a threshold, or better."""
        return lu <= seuil if self.petit_vaut_mieux else lu >= seuil


PLANCHERS: dict[str, Plancher] = {
    "commandes.sqlite.20": Plancher(1.5, 3.0),
    "commandes.sqlite.200": Plancher(2.5, 6.0),
    "commandes.postgresql.20": Plancher(1.1, 2.0),
    "commandes.postgresql.200": Plancher(2.0, 4.0),
    "commandes.sqlite.20.pilote": Plancher(0.22, 0.40),
    "commandes.sqlite.200.pilote": Plancher(0.13, 0.25),
    "file.sqlite.p95": Plancher(80.0, 30.0, "valeur"),
    "file.postgresql.p95": Plancher(40.0, 20.0, "valeur"),
    "boucle.dossiers": Plancher(0.80, 0.95),
    "demo.taches": Plancher(40.0, 20.0, "valeur"),
    "demo.duree": Plancher(240.0, 60.0, "valeur"),
}


def juger(mesure: Mesure) -> dict[str, Any]:
    """Return the floor, the goal and whether they hold; nothing when there is none, None when it was not measured."""
    seuil = PLANCHERS.get(mesure.nom)
    if seuil is None:
        return {}
    lu = seuil.lire(mesure)
    return {
        "plancher": seuil.plancher,
        "objectif": seuil.objectif,
        "sur": seuil.sur,
        "tenu": None if lu is None else seuil.atteint(lu, seuil.plancher),
        "atteint": None if lu is None else seuil.atteint(lu, seuil.objectif),
    }
