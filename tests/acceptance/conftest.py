"""What acceptance tests share: the demo played once, the environment of separate processes, and commands in this process."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from tests.acceptance.compose import DILIGENCE, environnement
from tests.cli.conftest import lancer

__all__ = ["demo", "env", "jouer", "lancer"]


def jouer() -> dict[str, Any]:
    """Play the demo as anyone would, and return its document."""
    fini = subprocess.run(
        [DILIGENCE, "demo", "--sans-attendre", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env=environnement(),
    )
    assert fini.returncode == 0, fini.stderr[-2000:]
    document: dict[str, Any] = json.loads(fini.stdout)
    return document


@pytest.fixture(scope="session")
def demo() -> dict[str, Any]:
    return jouer()


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
