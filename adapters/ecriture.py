"""A file is whole, or stays what it was: the one way to put a file in place."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SECRET: Final = 0o600
"""Their owner only, from the first byte on."""


@contextmanager
def ecrit_en_entier(chemin: Path, mode: int = SECRET, *, durable: bool = False, neuf: bool = False) -> Iterator[Path]:
    """Give an empty file beside `chemin`, to write; it takes its place at the end, unless something went wrong.

    A `durable` one survives a power cut, its name too. A `neuf` one never replaces another.

    Raises:
        FileExistsError: `neuf`, and another came first.
        OSError: the folder is not there, or cannot be written.
    """
    dossier = chemin.absolute().parent
    descripteur, nom = tempfile.mkstemp(dir=dossier, prefix=f".{chemin.name[:100]}.")
    os.close(descripteur)
    provisoire = Path(nom)
    try:
        yield provisoire
        provisoire.chmod(mode)
        if durable:
            rendre_durable(provisoire)
        if neuf:
            os.link(provisoire, chemin)
        else:
            provisoire.replace(chemin)
    finally:
        provisoire.unlink(missing_ok=True)
    if durable:
        rendre_durable(dossier)


def rendre_durable(chemin: Path) -> None:
    """Wait until the disk has a file, or the names of a folder."""
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
