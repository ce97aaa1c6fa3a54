"""The processes of docker-compose.yml, run on this machine: the same commands, other ports."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import yaml

RACINE = Path(__file__).resolve().parents[2]
DILIGENCE = Path(sys.executable).parent / "diligence"
SANTE = RACINE / "deploy" / "sante.py"


def services() -> dict[str, dict[str, Any]]:
    """Return the services of the compose file that run our image."""
    compose = yaml.safe_load((RACINE / "docker-compose.yml").read_text(encoding="utf-8"))
    return {nom: s for nom, s in compose["services"].items() if s["image"].startswith("diligence:")}


def environnement(**valeurs: object) -> dict[str, str]:
    """Return the environment of a process, without what the tester's own says of diligence."""
    garde = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("DILIGENCE_")}
    return garde | {f"DILIGENCE_{nom}": str(valeur) for nom, valeur in valeurs.items()} | {"COLUMNS": "200"}


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@dataclass
class Processus:
    """One process of the service; its output goes to a file, never to a pipe nobody drains."""

    nom: str
    popen: subprocess.Popen[bytes]
    sante: int
    port: int
    journal: Path

    def etat_de_sante(self, delai_s: float = 8) -> tuple[int, dict[str, Any]]:
        """Return the status and the document of `GET /sante`; 0 when nobody answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.sante}/sante", timeout=delai_s) as reponse:
                return reponse.status, json.load(reponse)
        except HTTPError as erreur:
            return erreur.code, json.load(erreur)
        except OSError:
            return 0, {}

    def attendre_sain(self, delai_s: float = 30) -> dict[str, Any]:
        fin = time.monotonic() + delai_s
        while True:
            code, document = self.etat_de_sante()
            if code == 200:
                return document
            assert self.popen.poll() is None, (self.nom, self.journal.read_text())
            assert time.monotonic() < fin, (self.nom, code, document, self.journal.read_text())
            time.sleep(0.1)

    def finir(self, delai_s: float = 30) -> tuple[int, float]:
        """Ask it to stop; return its exit code and how long it took."""
        debut = time.monotonic()
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(delai_s), time.monotonic() - debut

    @property
    def laisse_quelqu_un(self) -> bool:
        """Tell whether a process of its group is still there."""
        try:
            os.killpg(self.popen.pid, 0)
        except ProcessLookupError:
            return False
        return True


@contextmanager
def demarrer(nom: str, env: Mapping[str, str], dossier: Path, rang: int = 1) -> Iterator[Processus]:
    """Run the command of a service; killed at the end if it is still there."""
    ports = {"--sante": port_libre(), "--port": port_libre()}
    arguments = [str(a).replace("${DILIGENCE_SITE:-localhost}", "localhost") for a in services()[nom]["command"]]
    for place, argument in enumerate(arguments):
        if argument in ports:
            arguments[place + 1] = str(ports[argument])
    journal = dossier / f"{nom}-{rang}.log"
    with journal.open("wb") as sortie:
        popen = subprocess.Popen(
            [DILIGENCE, *arguments], env=dict(env), cwd=dossier, stdout=sortie, stderr=sortie, start_new_session=True
        )
    try:
        yield Processus(f"{nom}-{rang}", popen, ports["--sante"], ports["--port"], journal)
    finally:
        popen.send_signal(signal.SIGCONT)
        popen.kill()
        popen.wait()


class Guichet:
    """Runs commands, each in its own process, and remembers how many."""

    def __init__(self, env: Mapping[str, str], dossier: Path) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.guichet"],
            env={**env, "PYTHONPATH": str(RACINE)},
            cwd=dossier,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.nombre = 0

    def lancer(self, *arguments: object) -> dict[str, Any]:
        """Run one command and return its code and outputs."""
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._popen.stdin.write(json.dumps([str(a) for a in arguments]) + "\n")
        self._popen.stdin.flush()
        self.nombre += 1
        reponse: dict[str, Any] = json.loads(self._popen.stdout.readline())
        return reponse

    def faire(self, *arguments: object, acteur: str | None = None) -> Any:
        """Run one command that must succeed and return its document."""
        reponse = self.lancer(*arguments, "--json", *(("--acteur", acteur) if acteur else ()))
        assert reponse["code"] == 0, (arguments, reponse)
        return json.loads(reponse["sortie"])

    def fermer(self) -> None:
        assert self._popen.stdin is not None
        self._popen.stdin.close()
        assert self._popen.wait(10) == 0
        assert self._popen.stdout is not None
        self._popen.stdout.close()


@contextmanager
def guichet(env: Mapping[str, str], dossier: Path) -> Iterator[Guichet]:
    ouvert = Guichet(env, dossier)
    try:
        yield ouvert
    finally:
        ouvert.fermer()
