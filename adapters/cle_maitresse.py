"""The master key of the coffre: 32 bytes in a file of mode 600, made beside an SQLite store or given."""

import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.ecriture import ecrit_en_entier
from adapters.entrees import ouvert
from kernel.refus import Refus

_TAILLE = 32
_LUS_MAX = 4096


class CleMaitresseAbsente(Refus, code="cle_maitresse_absente"):
    """No key, no personal data: nothing is read nor kept."""


class CleMaitresseAutre(Refus, code="cle_maitresse_autre"):
    """The key is not the one this coffre was made with."""


def lire_cle(fichier: Path) -> bytes:
    """Return the master key written in a file, as 64 hexadecimal signs."""
    try:
        with ouvert(fichier) as flux:
            cle = bytes.fromhex(flux.read(_LUS_MAX).decode("ascii").strip())
    except OSError as erreur:
        raise CleMaitresseAbsente(
            f"La clé maîtresse ne se lit pas dans {fichier} : sans elle, textes et noms sont illisibles.",
            fichier=str(fichier),
        ) from erreur
    except ValueError as erreur:
        raise CleMaitresseAbsente(
            f"Le fichier {fichier} ne contient pas une clé (64 signes hexadécimaux).", fichier=str(fichier)
        ) from erreur
    if len(cle) != _TAILLE:
        raise CleMaitresseAbsente(f"La clé de {fichier} n’a pas 32 octets.", fichier=str(fichier))
    return cle


def creer_cle(fichier: Path) -> None:
    """Make the key file, whole or not at all; silent when another process made it first."""
    with suppress(FileExistsError), ecrit_en_entier(fichier, durable=True, neuf=True) as provisoire:
        provisoire.write_text(secrets.token_hex(_TAILLE) + "\n", encoding="ascii")


def deriver(cle: bytes, usage: str) -> bytes:
    """Return the key of one usage, which tells nothing of the others."""
    return HKDF(SHA256(), _TAILLE, salt=None, info=f"diligence {usage}".encode()).derive(cle)


def temoin(cle: bytes) -> str:
    """Return what recognises the key without telling it."""
    return sha256(deriver(cle, "temoin")).hexdigest()
