"""Pièces, by content: the same bytes are kept once, in a file named by their SHA-256."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

from adapters.ecriture import ecrit_en_entier, rendre_durable

OUBLIES: Final = "oublies"
"""The folder, beside the pièces, of the names of those who were forgotten."""


class FichierAltere(Exception):
    """The bytes read are not those that were kept."""


class FichierInconnu(Exception):
    """No bytes were ever kept under that digest."""


class FichiersDossier:
    """Implements `application.ports.Fichiers` in a folder: `ab/cdef…`, durable when `ranger` returns."""

    def __init__(self, racine: Path) -> None:
        self.racine = racine

    def ranger(self, contenu: bytes) -> Callable[[], None] | None:
        """Keep the bytes durably. Return how to take them back, None when they were there.

        Who keeps the same bytes next touches their file: whoever kept them first can no longer take it back.
        """
        empreinte = _digest(contenu)
        destination = self._chemin(empreinte)
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _seul(destination.parent):
            connu = destination.exists()
            if connu and _digest(destination.read_bytes()) == empreinte:
                etat = destination.stat()
                os.utime(destination, ns=(etat.st_atime_ns, etat.st_mtime_ns + 1))
                return None
            with ecrit_en_entier(destination, durable=True) as provisoire:
                provisoire.write_bytes(contenu)  # an altered one is written again
            marque = _marque(destination)
        rendre_durable(self.racine)  # its folder may be new
        return None if connu else partial(_retirer, destination, marque)

    def lire(self, sha256: str) -> bytes:
        """Return the bytes.

        Raises:
            FichierInconnu: they were never kept.
            FichierAltere: what is on the disk has another digest.
        """
        try:
            contenu = self._chemin(sha256).read_bytes()
        except FileNotFoundError:
            raise FichierInconnu(sha256) from None
        if _digest(contenu) != sha256:
            raise FichierAltere(sha256)
        return contenu

    def noter_oubli(self, sujet: UUID) -> None:
        """Keep an empty file named by the subject: this folder is only ever added to, by backups and restores too."""
        registre = self.racine / OUBLIES
        registre.mkdir(parents=True, exist_ok=True)
        (registre / str(sujet)).touch()
        for dossier in (registre, self.racine):
            rendre_durable(dossier)

    def oublies(self) -> set[UUID]:
        """Return every subject ever noted."""
        sujets = set()
        for fichier in (self.racine / OUBLIES).glob("*"):
            with suppress(ValueError):  # what a backup may leave there
                sujets.add(UUID(fichier.name))
        return sujets

    def _chemin(self, empreinte: str) -> Path:
        # the digest comes from outside: anything else than hexadecimal could leave the folder
        if len(empreinte) != 64 or not set(empreinte) <= set("0123456789abcdef"):
            raise FichierInconnu(empreinte)
        return self.racine / empreinte[:2] / empreinte[2:]


def _digest(contenu: bytes) -> str:
    return sha256(contenu).hexdigest()


def _retirer(destination: Path, marque: tuple[int, int]) -> None:
    """Remove a file nobody touched since it had that mark."""
    with _seul(destination.parent), suppress(FileNotFoundError):
        if _marque(destination) == marque:
            destination.unlink()


def _marque(fichier: Path) -> tuple[int, int]:
    etat = fichier.stat()
    return etat.st_ino, etat.st_mtime_ns


@contextmanager
def _seul(dossier: Path) -> Iterator[None]:
    """Hold a folder, across threads and processes: nobody else keeps nor takes back there meanwhile."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        fcntl.flock(descripteur, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descripteur)
