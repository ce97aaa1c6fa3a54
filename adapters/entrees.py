"""Files that people name, to be read: plain ones, never a pipe that waits for ever nor a device that never ends."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from adapters.reserves import FichierReserve, Reserves, est_d_un_store
from kernel.refus import SaisieInvalide
from kernel.systeme import raison_du_systeme


class PasUnFichier(OSError):
    """A pipe, a device, a socket: what `raison_du_systeme` says of it is its message."""

    def __init__(self, raison: str = "ce n’est pas un fichier ordinaire") -> None:
        super().__init__(0, raison)


@contextmanager
def ouvert(chemin: Path, *, lien: bool = True) -> Iterator[BinaryIO]:
    """Open a plain file without ever waiting for somebody at its other end; with `lien`, links are followed.

    Raises:
        OSError: it is not there, cannot be read, or is not a plain file.
    """
    _exiger_ordinaire(chemin.stat() if lien else chemin.lstat())  # before: opening some devices is already an act
    descripteur = os.open(chemin, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if lien else os.O_NOFOLLOW))
    with os.fdopen(descripteur, "rb") as flux:
        _exiger_ordinaire(os.fstat(descripteur))
        yield flux


def lire(chemin: Path, taille_max: int, reserves: Reserves) -> bytes:
    """Return the bytes of a file given with a command: all of them, or one more than `taille_max`.

    Raises:
        SaisieInvalide: it cannot be read, or is no plain file.
        FichierReserve: it is a store's.
    """
    return _lire(chemin, str(chemin), taille_max, reserves, lien=True)


def lire_joint(depot: Path, nom: Path, taille_max: int, reserves: Reserves) -> bytes:
    """Return likewise the bytes of a file that another one names: it stands beside it, under that very name.

    Raises:
        SaisieInvalide, FichierReserve: as `lire`; or it is a link, or their folder is the store's.
    """
    reserves.exiger_dossier_a_part(depot.absolute().parent, depot.name)
    return _lire(depot.absolute().parent / nom.name, str(nom), taille_max, reserves, lien=False)


def _lire(chemin: Path, dit: str, taille_max: int, reserves: Reserves, *, lien: bool) -> bytes:
    reserves.exiger_etranger(chemin)  # before it is opened: closing it would drop the locks SQLite holds on a base
    try:
        with ouvert(chemin, lien=lien) as flux:
            reserves.exiger_etranger(chemin, os.fstat(flux.fileno()))
            contenu = flux.read(taille_max + 1)
    except OSError as erreur:
        raison = raison_du_systeme(erreur)
        raise SaisieInvalide(f"Le fichier « {dit} » est illisible : {raison}.", fichier=dit) from None
    if est_d_un_store(contenu):
        raise FichierReserve(f"« {dit} » est une base ou la clé d’une base : aucune commande ne le lit.", fichier=dit)
    return contenu


def _exiger_ordinaire(etat: os.stat_result) -> None:
    if stat.S_ISDIR(etat.st_mode):
        raise PasUnFichier("c’est un dossier")
    if stat.S_ISLNK(etat.st_mode):
        raise PasUnFichier("c’est un lien")
    if not stat.S_ISREG(etat.st_mode):
        raise PasUnFichier
