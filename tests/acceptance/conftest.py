"""What acceptance tests share: the demo played once then served, the year, the environment of separate processes."""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from tests.acceptance.compose import RACINE, environnement
from tests.acceptance.extrait import EXEMPLES, extraire
from tests.acceptance.servie import Servie, demo
from tests.acceptance.vie import Vie, ouvrir_vie
from tests.cli.conftest import lancer
from tests.epreuves import EPREUVES

__all__ = ["annee", "env", "exemples", "jouer", "lancer", "repetition", "veille"]
PHOTOGRAPHIER = os.environ.get("DILIGENCE_ECRANS") == "1"


@dataclass(frozen=True)
class Repetition:
    """A demo that was played: its document, the address of the store it left, and from which files."""

    document: dict[str, Any]
    base: str
    exemples: Path


@dataclass(frozen=True)
class Annee:
    """A year that was played by one process: its document, up to when, and from which files."""

    document: dict[str, Any]
    jusqu_au: str
    exemples: Path


def jouer(provisoire: Path, *options: str, exemples: Path = EXEMPLES) -> dict[str, Any]:
    """Play the demo as anyone would, in that temporary folder, and return its document."""
    fini = subprocess.run(
        [*demo(exemples), "--sans-attendre", "--json", *options],
        capture_output=True,
        text=True,
        check=False,
        env=environnement() | {"TMPDIR": str(provisoire)},
        cwd=RACINE,
    )
    assert fini.returncode == 0, fini.stderr[-2000:]
    document: dict[str, Any] = json.loads(fini.stdout)
    return document


@pytest.fixture(scope="session")
def exemples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the year; outside `make epreuves` and `make ecrans`, with a tenth of the rows taken over."""
    return EXEMPLES if EPREUVES or PHOTOGRAPHIER else extraire(tmp_path_factory.mktemp("extrait"))


@pytest.fixture(scope="session")
def annee(tmp_path_factory: pytest.TempPathFactory, exemples: Path) -> Annee:
    """The year, played once; outside `make epreuves`, its first weeks."""
    jusqu_au = "fin" if EPREUVES else "2026-02-20"
    document = jouer(tmp_path_factory.mktemp("annee"), "--jusqu-au", jusqu_au, exemples=exemples)
    return Annee(document, jusqu_au, exemples)


@pytest.fixture(scope="package")
def jouee(tmp_path_factory: pytest.TempPathFactory, exemples: Path) -> Iterator[tuple[Servie, Repetition]]:
    """The demo as it is first met, played once: served, and a copy of what it wrote before anybody came."""
    with Servie(tmp_path_factory.mktemp("demo"), exemples, "--json").ouverte() as servie:
        copie = tmp_path_factory.mktemp("copie") / "demo"
        shutil.copytree(servie.base.parent, copie, ignore=shutil.ignore_patterns("*.db", "*-wal", "*-shm"))
        for base in servie.base.parent.glob("*.db"):
            with closing(sqlite3.connect(base)) as vive, closing(sqlite3.connect(copie / base.name)) as gardee:
                vive.backup(gardee)
        document = json.loads(servie.dit().splitlines()[0])
        yield servie, Repetition(document, f"sqlite:///{copie / servie.base.name}", exemples)


@pytest.fixture(scope="package")
def veille(jouee: tuple[Servie, Repetition]) -> Servie:
    """The demo served, on the eve of a sitting."""
    return jouee[0]


@pytest.fixture(scope="package")
def repetition(jouee: tuple[Servie, Repetition]) -> Repetition:
    return jouee[1]


@pytest.fixture
async def vie(temporal_client: Client, tmp_path: Path) -> AsyncIterator[Vie]:
    async with ouvrir_vie(temporal_client, tmp_path) as ouverte:
        yield ouverte


@pytest.fixture
def env(postgres_url: str, temporal_client: Client, tmp_path: Path) -> dict[str, str]:
    """What the compose file gives its processes, secrets in files included."""
    base, cle = tmp_path / "base", tmp_path / "cle"
    base.write_text(postgres_url + "\n", encoding="utf-8")
    cle.write_text("42" * 32 + "\n", encoding="ascii")
    return environnement(
        BASE_FICHIER=base,
        CLE_MAITRESSE=cle,
        FICHIERS=tmp_path / "fichiers",
        TEMPORAL=temporal_client.service_client.config.target_host,
        TEMPORAL_NAMESPACE=temporal_client.namespace,
    )
