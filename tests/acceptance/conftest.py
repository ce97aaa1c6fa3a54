"""What acceptance tests share: both demos played once, the environment of separate processes, and commands in this process."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from tests.acceptance.compose import DILIGENCE, RACINE, environnement
from tests.acceptance.extrait import EXEMPLES, extraire
from tests.cli.conftest import lancer
from tests.epreuves import EPREUVES

__all__ = ["annee", "demo", "env", "exemples", "jouer", "lancer", "repetition"]


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


def demo(exemples: Path) -> list[Path | str]:
    """Return the command that plays the demo on these files, from the root of the project."""
    diligence = [DILIGENCE] if exemples == EXEMPLES else [sys.executable, "-m", "tests.acceptance.extrait", exemples]
    return [*diligence, "demo"]


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
    """The files of the year; outside `make epreuves`, with a tenth of the rows taken over."""
    return EXEMPLES if EPREUVES else extraire(tmp_path_factory.mktemp("extrait"))


@pytest.fixture(scope="session")
def annee(tmp_path_factory: pytest.TempPathFactory, exemples: Path) -> Annee:
    """The year, played once; outside `make epreuves`, its first weeks."""
    jusqu_au = "fin" if EPREUVES else "2026-02-20"
    document = jouer(tmp_path_factory.mktemp("annee"), "--jusqu-au", jusqu_au, exemples=exemples)
    return Annee(document, jusqu_au, exemples)


@pytest.fixture(scope="session")
def repetition(tmp_path_factory: pytest.TempPathFactory, exemples: Path) -> Repetition:
    """The demo as it is first met, played once; outside `make epreuves`, with a tenth of the rows taken over."""
    provisoire = tmp_path_factory.mktemp("demo")
    document = jouer(provisoire, exemples=exemples)
    (base,) = provisoire.glob("diligence-demo-*/demo.db")
    return Repetition(document, f"sqlite:///{base}", exemples)


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
