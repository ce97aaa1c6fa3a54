"""Bytes of any length, sealed by blocks that stream: each is authenticated before any of it is given.

A sealed file is a mark of ten bytes, a salt of 32, then blocks of 64 kB, each followed by its tag (AES-256-GCM). The key
of a file is drawn from another and from the salt, so that no two files share one; the nonce of a block is its rank and
whether it is the last. Blocks cut off, added, moved or from another file do not open (ADR 0026).
"""

import os
from collections.abc import Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MARQUE: Final = b"diligence1"
_SEL: Final = 32
_BLOC: Final = 1 << 16
_SCEAU: Final = 16


class ScelleAltere(Exception):
    """What is there is not what was sealed under that key and those data."""


def sceller(clair: BinaryIO, vers: BinaryIO, cle: bytes, donnees: bytes) -> None:
    """Read one stream to its end and write it sealed in the other; `donnees` are needed to open it, and not kept."""
    sel = os.urandom(_SEL)
    chiffre = _chiffre(cle, sel)
    vers.write(_MARQUE + sel)
    rang, bloc = 0, clair.read(_BLOC)
    while True:
        suivant = clair.read(_BLOC)
        vers.write(chiffre.encrypt(_nonce(rang, dernier=not suivant), bloc, donnees))
        if not suivant:
            return
        rang, bloc = rang + 1, suivant


def ouvrir(scelle: BinaryIO, cle: bytes, donnees: bytes) -> Iterator[bytes]:
    """Yield the blocks of a sealed stream, each once it is known to be right, or raise ScelleAltere."""
    entete = scelle.read(len(_MARQUE) + _SEL)
    if len(entete) != len(_MARQUE) + _SEL or not entete.startswith(_MARQUE):
        raise ScelleAltere
    chiffre = _chiffre(cle, entete[len(_MARQUE) :])
    rang, bloc = 0, scelle.read(_BLOC + _SCEAU)
    while True:
        suivant = scelle.read(_BLOC + _SCEAU)
        try:
            yield chiffre.decrypt(_nonce(rang, dernier=not suivant), bloc, donnees)
        except (InvalidTag, ValueError) as erreur:  # the second of a block too short to have a tag
            raise ScelleAltere from erreur
        if not suivant:
            return
        rang, bloc = rang + 1, suivant


def _chiffre(cle: bytes, sel: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=sel, info=b"diligence fichier").derive(cle))


def _nonce(rang: int, *, dernier: bool) -> bytes:
    return rang.to_bytes(11, "big") + bytes([dernier])
