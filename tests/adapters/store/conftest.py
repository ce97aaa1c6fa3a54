"""One base per test, on each engine."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from adapters.store.schema import migrer
from application.store import Store
from tests.adapters.store.essai import ouvert

RACINE = Path(__file__).resolve().parents[3]
Lancer = Callable[..., list[subprocess.Popen[bytes]]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def adresse(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address where nothing was prepared."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'essai.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def base(adresse: str) -> str:
    """The address of a prepared store."""
    migrer(adresse)
    return adresse


@pytest.fixture
def store(base: str) -> Iterator[Store]:
    with ouvert(base) as store:
        yield store


@pytest.fixture
def lancer(base: str) -> Iterator[Lancer]:
    """Start processes that send commands to counters; they are waited for, and must succeed."""
    lances: list[subprocess.Popen[bytes]] = []

    def lancer(processus: int, nombre: int, *compteurs: UUID, chaud: bool = False) -> list[subprocess.Popen[bytes]]:
        mode = "chaud" if chaud else "froid"
        ordre = [sys.executable, "-m", "tests.adapters.store.essai", base, str(nombre), mode, *map(str, compteurs)]
        nouveaux = [subprocess.Popen(ordre, cwd=RACINE) for _ in range(processus)]
        lances.extend(nouveaux)
        return nouveaux

    yield lancer
    assert [processus.wait(60) for processus in lances] == [0] * len(lances)
