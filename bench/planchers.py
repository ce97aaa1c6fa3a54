"""What each figure must reach: floors and goals, as data. A figure without a row is for information."""

from dataclasses import dataclass
from typing import Any, Literal

from bench.mesure import Mesure
from bench.region import PAGES

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
    **{f"ligne.{lecture}": Plancher(1.8, 1.3) for lecture in ("file", "lister", "voir", "historique", "attentes")},
    "ligne.geste": Plancher(2.2, 1.6),
    "ligne.version": Plancher(0.15, 0.1, "valeur"),
    "ligne.completion": Plancher(0.3, 0.1, "valeur"),
    "file.sqlite.p95": Plancher(80.0, 30.0, "valeur"),
    "file.postgresql.p95": Plancher(40.0, 20.0, "valeur"),
    "boucle.dossiers": Plancher(0.80, 0.95),
    "demo.taches": Plancher(40.0, 20.0, "valeur"),
    "demo.duree": Plancher(240.0, 60.0, "valeur"),
    "projections.postgresql.rattrapage": Plancher(2_000.0, 20_000.0, "valeur"),
    "projections.postgresql.reconstruction": Plancher(5_000.0, 40_000.0, "valeur"),
    "million.sqlite.commandes": Plancher(0.90, 0.98),
    "million.sqlite.file.p95": Plancher(50.0, 10.0, "valeur"),
    "million.postgresql.commandes": Plancher(0.90, 0.98),
    "million.postgresql.file.p95": Plancher(50.0, 10.0, "valeur"),
    **{f"million.{sgbd}.verifier": Plancher(100_000.0, 200_000.0, "valeur") for sgbd in ("sqlite", "postgresql")},
    **{f"million.{sgbd}.invariants": Plancher(15_000.0, 60_000.0, "valeur") for sgbd in ("sqlite", "postgresql")},
    "documents.page": Plancher(60.0, 30.0, "valeur"),
    "documents.lot": Plancher(60.0, 20.0, "valeur"),
    **{f"chaine.sqlite.{faits}": Plancher(0.95, 0.98) for faits in (20, 200)},
    **{f"attentes.{vie}": Plancher(200.0, 100.0, "valeur") for vie in ("pieces", "avis", "visa")},
    "lots.declarer_complet": Plancher(0.60, 0.90),
    "simuler.campagne": Plancher(20.0, 5.0, "valeur"),
    "simuler.memoire": Plancher(100.0, 50.0, "valeur"),
    "reveil.p95": Plancher(3.0, 1.0, "valeur"),
    "travailleurs.dossiers": Plancher(0.95, 1.8),
    "travailleurs.identiques": Plancher(100.0, 100.0, "valeur"),
    "memoire.croissance": Plancher(50.0, 10.0, "valeur"),
    "reconstruire.suivis": Plancher(0.60, 0.90),
    "site.file.p95": Plancher(200.0, 80.0, "valeur"),
    "site.dossier.p95": Plancher(200.0, 80.0, "valeur"),
    "site.passe.p95": Plancher(400.0, 150.0, "valeur"),
    "site.recherche.p95": Plancher(400.0, 150.0, "valeur"),
    "site.geste.p95": Plancher(400.0, 200.0, "valeur"),
    **{f"site.{page}.p95": Plancher(400.0, 150.0, "valeur") for page in PAGES},
    "site.file.poids": Plancher(60.0, 30.0, "valeur"),
    "site.file.requetes": Plancher(3.0, 2.0, "valeur"),
    "site.lot.60": Plancher(2.0, 1.0, "valeur"),
    "site.lot.500": Plancher(15.0, 8.0, "valeur"),
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
