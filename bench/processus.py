"""Processes of the product for the time of a bench, on a store that it made."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bootstrap.reglages import Reglages

ARRET_S = 30.0


def environnement(reglages: Reglages) -> dict[str, str]:
    """Return the environment of a process that opens the same store."""
    donnes = {
        "BASE": reglages.base,
        "TEMPORAL": reglages.temporal,
        "CLE_MAITRESSE": reglages.cle_maitresse,
        "FICHIERS": reglages.fichiers,
    }
    return {**os.environ, **{f"DILIGENCE_{nom}": str(valeur) for nom, valeur in donnes.items() if valeur is not None}}


@contextmanager
def lancer(reglages: Reglages, module: str, *options: str) -> Iterator[int]:
    """Run a module of ours until the block ends, and yield its id; what it prints goes nowhere: no pipe to freeze it."""
    processus = subprocess.Popen(
        [sys.executable, "-m", module, *options],
        env=environnement(reglages),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield processus.pid
    finally:
        processus.terminate()
        processus.wait(ARRET_S)
