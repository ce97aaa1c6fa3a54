"""Processes of the product in no time: one that has imported everything, and forks one for each order it reads.

An order is a JSON line: arguments, environment, where the output goes, a limit on the size of files. What is written
back: the pid of each, then its code when it ends.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parents[2]


class Couveuse:
    """The side of the tests: asks for processes and learns how they end."""

    def __init__(self) -> None:
        self._mere = subprocess.Popen(
            [sys.executable, "-m", "tests.pannes.couveuse"], cwd=RACINE, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._codes: dict[int, int] = {}
        self._nes: list[int] = []
        self._nouvelles = threading.Condition()
        self._un_a_la_fois = threading.Lock()
        self._fil = threading.Thread(target=self._ecouter, daemon=True)
        self._fil.start()

    def naitre(self, ordre: dict[str, Any]) -> int:
        """Start a process and return its pid."""
        assert self._mere.stdin is not None
        with self._un_a_la_fois, self._nouvelles:
            self._nes.clear()
            self._mere.stdin.write(json.dumps(ordre).encode() + b"\n")
            self._mere.stdin.flush()
            assert self._nouvelles.wait_for(lambda: self._nes, 60), "no process was born"
            return self._nes[0]

    def code(self, pid: int, delai_s: float = 0) -> int | None:
        """Return how a process ended, None when it still runs after the delay."""
        with self._nouvelles:
            self._nouvelles.wait_for(lambda: pid in self._codes, delai_s)
            return self._codes.get(pid)

    def fermer(self) -> None:
        assert self._mere.stdin is not None
        self._mere.stdin.close()
        self._mere.wait(10)
        self._fil.join(10)
        assert self._mere.stdout is not None
        self._mere.stdout.close()

    def _ecouter(self) -> None:
        assert self._mere.stdout is not None
        for ligne in self._mere.stdout:
            dit = json.loads(ligne)
            with self._nouvelles:
                if "code" in dit:
                    self._codes[dit["pid"]] = dit["code"]
                else:
                    self._nes.append(dit["pid"])
                self._nouvelles.notify_all()


def _dire(**champs: int) -> None:
    os.write(1, json.dumps(champs).encode() + b"\n")


def _recueillir(*_: object) -> None:
    """Tell how those that ended did."""
    while True:
        try:
            pid, statut = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _dire(pid=pid, code=os.waitstatus_to_exitcode(statut))


def _devenir(ordre: dict[str, Any]) -> None:
    """Be the process that was asked for: its output, its environment, its limits."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    rien = os.open(os.devnull, os.O_RDONLY)
    sortie = os.open(ordre["sortie"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for fd, numero in ((rien, 0), (sortie, 1), (sortie, 2)):
        os.dup2(fd, numero)
    # not those of the mother, which remember what their descriptor was
    sys.stdout, sys.stderr = (open(fd, "w", 1, encoding="utf-8", closefd=False) for fd in (1, 2))  # noqa: SIM115
    os.environ.clear()
    os.environ.update(ordre["environnement"])
    if (octets := ordre["limite"]) is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (octets, octets))
    sys.argv = ["processus", *ordre["arguments"]]


def main() -> None:
    """Fork until there is nothing more to read; the child leaves this function as a process of the product."""
    from tests.pannes.processus import lancer, tout_lire

    tout_lire()
    signal.signal(signal.SIGCHLD, _recueillir)
    while ligne := sys.stdin.buffer.readline():
        if (pid := os.fork()) == 0:
            _devenir(json.loads(ligne))
            lancer()
            return
        _dire(pid=pid)
    time.sleep(0.05)


if __name__ == "__main__":
    main()
