"""One store per engine and per drill."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from adapters.temporal_local import ServeurLocal
from tests.conftest import Dire
from tests.pannes.couveuse import Couveuse
from tests.pannes.exercice import Exercice, TemporalAuFichier, ouvrir
from tests.temporal_fixtures import espace_suivant


@pytest.fixture(scope="session")
def couveuse() -> Iterator[Couveuse]:
    """What the processes of every drill are born of."""
    ouverte = Couveuse()
    yield ouverte
    ouverte.fermer()


@pytest.fixture
def exercice(couveuse: Couveuse, temporal_server: ServeurLocal, tmp_path: Path) -> Iterator[Exercice]:
    """A store in a file, and the Temporal server of the session."""
    with ouvrir(couveuse, "sqlite", tmp_path, temporal_server.adresse, espace_suivant()) as ouvert:
        yield ouvert


class Deux:
    """The same drill on both engines, at the same time: most of a drill is waiting."""

    def __init__(self, exercices: list[Exercice]) -> None:
        self.exercices = exercices

    def jouer(self, drill: Callable[[Exercice], str | None], dire: Dire | None = None) -> None:
        """Play a drill on each; the first failure is raised, named after its engine."""
        with ThreadPoolExecutor(len(self.exercices)) as fils:
            futurs = {exercice.nom: fils.submit(drill, exercice) for exercice in self.exercices}
        for nom, futur in futurs.items():
            try:
                ligne = futur.result()
            except BaseException as erreur:
                erreur.add_note(f"on {nom}")
                raise
            if dire is not None and ligne:
                dire(f"{nom}: {ligne}")


@contextmanager
def ouvrir_deux(
    couveuse: Couveuse,
    dossier: Path,
    postgres: str,
    temporal: Callable[[int, Path], tuple[str, str, TemporalAuFichier | None]],
    *,
    repetition: bool = False,
) -> Iterator[Deux]:
    """Make a store on each engine; `temporal` says, by rank and folder, which server and namespace follow it."""
    with ExitStack() as pile:
        exercices = []
        for rang, (nom, base) in enumerate((("sqlite", None), ("postgresql", postgres))):
            (chez_lui := dossier / nom).mkdir()
            adresse, espace, serveur = temporal(rang, chez_lui)
            if serveur is not None:
                pile.callback(serveur.arreter)
            ouvert = ouvrir(
                *(couveuse, nom, chez_lui, adresse, espace), postgres=base, repetition=repetition, serveur=serveur
            )
            exercices.append(pile.enter_context(ouvert))
        yield Deux(exercices)


@pytest.fixture
def deux(couveuse: Couveuse, temporal_server: ServeurLocal, tmp_path: Path, postgres_url: str) -> Iterator[Deux]:
    """A store on each engine, and the Temporal server of the session."""
    with ouvrir_deux(
        couveuse, tmp_path, postgres_url, lambda *_: (temporal_server.adresse, espace_suivant(), None)
    ) as ouverts:
        yield ouverts


@pytest.fixture
def deux_repetitions(
    couveuse: Couveuse, temporal_server: ServeurLocal, tmp_path: Path, postgres_url: str
) -> Iterator[Deux]:
    """A rehearsal store on each engine."""
    with ouvrir_deux(
        *(couveuse, tmp_path, postgres_url, lambda *_: (temporal_server.adresse, espace_suivant(), None)),
        repetition=True,
    ) as ouverts:
        yield ouverts


@pytest.fixture
def deux_temporals(couveuse: Couveuse, tmp_path: Path, postgres_url: str) -> Iterator[Deux]:
    """A store on each engine, each with a Temporal server to kill."""

    def sien(_: int, dossier: Path) -> tuple[str, str, TemporalAuFichier]:
        serveur = TemporalAuFichier(dossier / "temporal.db")
        return serveur.adresse, "default", serveur

    with ouvrir_deux(couveuse, tmp_path, postgres_url, sien) as ouverts:
        yield ouverts
