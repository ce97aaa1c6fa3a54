"""The demo, played by its command, then served."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx

from tests.acceptance.compose import DILIGENCE, RACINE, environnement
from tests.acceptance.extrait import EXEMPLES

PRETE_S = 240.0
"""How long the play is waited for, on however slow a machine."""


def demo(exemples: Path) -> list[Path | str]:
    """Return the command that plays the demo on these files, from the root of the project."""
    diligence = [DILIGENCE] if exemples == EXEMPLES else [sys.executable, "-m", "tests.acceptance.extrait", exemples]
    return [*diligence, "demo"]


class Servie:
    """A demo that is played, then served."""

    def __init__(self, dossier: Path, exemples: Path, *options: str) -> None:
        self.dossier = dossier
        self.sortie, self.erreurs = dossier / "sortie", dossier / "erreurs"
        with self.sortie.open("wb") as sortie, self.erreurs.open("wb") as erreurs:
            self.popen = subprocess.Popen(
                [*demo(exemples), *options, "--port", "0"],
                cwd=RACINE,
                stdout=sortie,
                stderr=erreurs,
                env=environnement() | {"TMPDIR": str(dossier)},
                start_new_session=True,
            )

    @contextmanager
    def ouverte(self) -> Iterator[Self]:
        """Wait until its site is served, and stop it at the end."""
        try:
            self.attendre()
            yield self
        finally:
            self.popen.send_signal(signal.SIGTERM)
            self.popen.wait(60)

    def attendre(self) -> None:
        fin = time.monotonic() + PRETE_S
        while "Site :" not in self.dit():
            assert self.popen.poll() is None, self.erreurs.read_text(encoding="utf-8")
            assert time.monotonic() < fin, self.dit()
            time.sleep(0.05)

    def dit(self) -> str:
        return self.sortie.read_text(encoding="utf-8")

    @property
    def base(self) -> Path:
        (base,) = self.dossier.glob("diligence-demo-*/demo.db")
        return base

    @property
    def site(self) -> str:
        trouve = re.search(r"Site : (\S+)", self.dit())
        assert trouve is not None
        return trouve[1]

    def navigateur(self, agent: str = "ines") -> httpx.Client:
        """A browser on which one acts as an agent, as its first page proposes."""
        client = httpx.Client(base_url=self.site, timeout=120, headers=_du_site(self.site))
        assert client.get("/").headers["location"] == "/connexion"
        assert client.post("/connexion/agir-comme", data={"agent": agent}).status_code == 303
        return client

    def commande(self, *arguments: str) -> Any:
        """Run a command beside the demo."""
        ordre = [str(DILIGENCE), *arguments, "--base", f"sqlite:///{self.base}", "--json"]
        fini = subprocess.run(ordre, capture_output=True, text=True, check=False, env=environnement())
        assert fini.returncode == 0, fini.stderr
        return json.loads(fini.stdout)


def _du_site(site: str) -> dict[str, str]:
    return {"Origin": site, "Sec-Fetch-Site": "same-origin"}
