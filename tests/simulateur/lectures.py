"""The read models of one history: the real projector and projections, on an SQLite database in memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from application.store import Store
from kernel.faits import Inscription
from kernel.instants import triable
from readmodels.base import Lectures
from readmodels.chronologie.projection import Chronologie
from readmodels.file.projection import File
from tests.simulateur.pannes import Panne
from workers.projecteur import Projecteur

if TYPE_CHECKING:
    from tests.simulateur.monde import Monde

LOTS: Final = (1, 3, 20)
"""How many facts the projector writes at once."""


class _Source(Store):
    """While streams are read, others may write."""

    def __init__(self, monde: "Monde") -> None:
        super().__init__(monde.services.store.application)
        self._monde = monde

    def ces_flux(self, ids: Sequence[UUID]) -> list[Inscription]:
        self._monde.point("avant_flux")
        return super().ces_flux(ids)


class LecturesSimulees:
    """A projector that may be killed between the rows and the position."""

    def __init__(self, monde: "Monde") -> None:
        self.monde = monde
        self._lectures = _ouvrir(_Source(monde))

    def avancer(self) -> None:
        """Make one turn, or die in the middle of it."""
        arret = {"lectures.avant_position": lambda: self.monde.point("avant_position")}
        with patch("readmodels.base.LOT", self.monde.rng.choice(LOTS)), patch.dict("kernel.pannes._armees", arret):
            try:
                with self.monde.fragile():
                    Projecteur(self._lectures).un_tour()
            except Panne:
                self.monde.noter("arrêt du projecteur")
            except Exception as erreur:  # outlived, as `servir` does
                self.monde.excuser(erreur)
                self.monde.noter(f"projecteur interrompu : {erreur}")

    def verifier(self, *, fin: bool) -> None:
        """At rest, rows are what the aggregates await; at the end, those of a rebuild by stream too."""
        with self.monde.fragile(oui=False):
            Projecteur(self._lectures).un_tour()
            if fin:
                self._comparer_a_neuf()
        with _table(self._lectures, "file", "file_agregats") as (connexion, table):
            dites = {
                UUID(ligne.id): (ligne.version, ligne.attentes, ligne.prochain)
                for ligne in connexion.execute(sa.select(table))
            }
        vraies = {
            s.id: (s.version, len(s.attentes), triable(s.dus[0].instant) if s.dus else None)
            for s in self.monde.invariants.etats.situations.values()
        }
        if dites != vraies:
            fausses = {i: (dites.get(i), vue) for i, vue in vraies.items() if dites.get(i) != vue}
            self.monde.violer(f"la file ne dit pas ce qui est attendu : {fausses}")

    def _comparer_a_neuf(self) -> None:
        refaites = _ouvrir(self.monde.services.store)
        Projecteur(refaites).un_tour()
        for nom in self._lectures.projections:
            suivies, neuves = _lignes(self._lectures, nom), _lignes(refaites, nom)
            if suivies != neuves:
                ecarts = [paire for paire in zip(suivies, neuves, strict=False) if paire[0] != paire[1]]
                self.monde.violer(f"{nom} : la lecture suivie n’est pas la lecture refaite : {ecarts[:1]}")
        _rendre(refaites)

    def fermer(self) -> None:
        """Forget everything."""
        _rendre(self._lectures)


_LIBRES: Final[list[sa.Engine]] = []
"""Engines that nobody uses: each keeps the statements it compiled, and its next connection opens an empty base."""


def _ouvrir(source: Store) -> Lectures:
    return Lectures(_LIBRES.pop() if _LIBRES else _moteur(), source, (File(), Chronologie()), "simulateur")


def _rendre(lectures: Lectures) -> None:
    lectures.fermer()
    _LIBRES.append(lectures.base)


def _moteur() -> sa.Engine:
    moteur = sa.create_engine("sqlite://", poolclass=StaticPool, connect_args={"isolation_level": None})
    sa.event.listen(moteur, "begin", lambda connexion: connexion.exec_driver_sql("BEGIN"))
    return moteur


@contextmanager
def _table(lectures: Lectures, nom: str, prefixe: str) -> Iterator[tuple[sa.Connection, sa.Table]]:
    with lectures.lire(nom) as (connexion, tables):
        yield connexion, next(table for cle, table in tables.tables.items() if cle.startswith(f"{prefixe}_"))


def _lignes(lectures: Lectures, nom: str) -> list[tuple[Any, ...]]:
    """Return every row of a projection, in an order of their own; `rang` only tells when they were written."""
    with lectures.lire(nom) as (connexion, tables):
        lues = [
            (sans_suffixe, *(str(valeur) for cle, valeur in ligne.items() if cle != "rang"))
            for sans_suffixe, table in enumerate(tables.sorted_tables)
            for ligne in connexion.execute(sa.select(table)).mappings()
        ]
    return sorted(lues)
