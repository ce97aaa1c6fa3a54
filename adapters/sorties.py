"""Files that leave the system: written beside their final name, put in place only when all went well."""

import errno
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from adapters.ecriture import ecrit_en_entier
from adapters.entrees import ouvert
from adapters.reserves import FichierReserve, est_d_un_store
from adapters.tableurs.refus import FichierExistant, FichierNonEcrit
from kernel.refus import SaisieInvalide
from kernel.systeme import raison_du_systeme

LISIBLE: Final = 0o644
DEBUT: Final = 1 << 16
"""Bytes in which an export is recognised."""
DISQUE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENAMETOOLONG})
"""What is wrong with the place, not with what is written there."""


@contextmanager
def fichier_neuf(chemin: Path, mode: int = LISIBLE) -> Iterator[IO[str]]:
    """Open a UTF-8 text that replaces `chemin` at the end, and leaves it as it was when something goes wrong.

    Raises:
        FichierNonEcrit: no such folder, no right to write there, or `chemin` is not a file.
    """
    ouvert = False
    try:
        if chemin.exists() and not chemin.is_file():  # a device would be replaced by our file
            raise FichierNonEcrit(f"{chemin} n’est pas un fichier.", fichier=str(chemin))
        with (
            ecrit_en_entier(chemin, mode) as provisoire,
            provisoire.open("w", encoding="utf-8", newline="") as flux,
        ):
            ouvert = True
            yield flux
    except OSError as erreur:
        if not ouvert or erreur.errno in DISQUE:
            raise _refus(chemin, erreur) from erreur
        raise


def deposer(chemin: Path, contenu: bytes) -> None:
    """Write bytes where there is nothing yet.

    Raises:
        FichierExistant: something is there.
        FichierNonEcrit: no such folder, or no right to write there.
    """
    try:
        with ecrit_en_entier(chemin, LISIBLE, neuf=True) as provisoire:
            provisoire.write_bytes(contenu)
    except FileExistsError:
        raise FichierExistant(f"{chemin} existe : donnez un autre nom.", fichier=str(chemin)) from None
    except OSError as erreur:
        raise _refus(chemin, erreur) from erreur


def exiger_remplacable(chemin: Path, marque: re.Pattern[str], jamais: Iterable[Path], *, remplacer: bool) -> None:
    """Let a file be written where there is none, or one that an export of the same kind wrote: it bears its `marque`.

    Raises:
        FichierExistant: it is another file, and was not asked to be replaced.
        SaisieInvalide: it is one of `jamais`.
        FichierReserve: it is a base, or the key of one.
        FichierNonEcrit: what is there cannot be read.
    """
    if not chemin.is_file():
        return
    if any(lu.exists() and chemin.samefile(lu) for lu in jamais):
        raise SaisieInvalide(f"{chemin} est lu par cette commande : il serait perdu.", fichier=str(chemin))
    try:
        with ouvert(chemin) as flux:
            debut = flux.read(DEBUT)
    except OSError as erreur:
        raise _refus(chemin, erreur) from erreur
    if est_d_un_store(debut):
        raise FichierReserve(
            f"{chemin} est une base ou la clé d’une base : il ne se remplace pas.", fichier=str(chemin)
        )
    if debut and not remplacer and not marque.search(debut.decode("utf-8-sig", "replace")):
        raise FichierExistant(
            f"{chemin} existe et n’a pas été écrit par un export de cette sorte : donnez un autre nom, ou --remplacer.",
            fichier=str(chemin),
        )


def _refus(chemin: Path, erreur: OSError) -> FichierNonEcrit:
    raison = "son dossier n’existe pas" if erreur.errno == errno.ENOENT else raison_du_systeme(erreur)
    return FichierNonEcrit(f"Impossible d’écrire {chemin} : {raison}.", fichier=str(chemin))
