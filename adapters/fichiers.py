"""Pièces, by content: the same bytes are kept once, in a file named by their SHA-256."""

from hashlib import sha256
from pathlib import Path

from adapters.ecriture import ecrit_en_entier, rendre_durable


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
        with ecrit_en_entier(destination, durable=True) as provisoire:
            provisoire.write_bytes(contenu)
        rendre_durable(self.racine)  # its folder may be new
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
