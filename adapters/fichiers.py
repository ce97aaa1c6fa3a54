"""Pièces, by content: the same bytes are kept once, in a file named by their SHA-256."""

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path


class FichierAltere(Exception):
    """The bytes read are not those that were kept."""


class FichierInconnu(Exception):
    """No bytes were ever kept under that digest."""


class FichiersDossier:
    """Implements `application.ports.Fichiers` in a folder: `ab/cdef…`, durable before the digest is given back."""

    def __init__(self, racine: Path) -> None:
        self.racine = racine

    def ranger(self, contenu: bytes) -> str:
        """Keep the bytes durably and return their SHA-256 in hexadecimal."""
        empreinte = _digest(contenu)
        destination = self._chemin(empreinte)
        if destination.exists() and _digest(destination.read_bytes()) == empreinte:
            return empreinte  # an altered one is written again
        destination.parent.mkdir(parents=True, exist_ok=True)
        descripteur, provisoire = tempfile.mkstemp(dir=destination.parent, prefix=".en-cours-")
        try:
            with os.fdopen(descripteur, "wb") as fichier:
                fichier.write(contenu)
                fichier.flush()
                os.fsync(fichier.fileno())
            Path(provisoire).replace(destination)
        except BaseException:
            with suppress(OSError):
                Path(provisoire).unlink()
            raise
        for dossier in (destination.parent, self.racine):
            _fsync_dossier(dossier)  # the name too must survive a power cut
        return empreinte

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

    def contient(self, sha256: str) -> bool:
        """Tell whether the bytes are kept, without reading them."""
        return self._chemin(sha256).is_file()

    def _chemin(self, empreinte: str) -> Path:
        # the digest comes from outside: anything else than hexadecimal could leave the folder
        if len(empreinte) != 64 or not set(empreinte) <= set("0123456789abcdef"):
            raise FichierInconnu(empreinte)
        return self.racine / empreinte[:2] / empreinte[2:]


def _digest(contenu: bytes) -> str:
    return sha256(contenu).hexdigest()


def _fsync_dossier(dossier: Path) -> None:
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
