"""Files that leave the system: written beside their final name, put in place only when all went well."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from adapters.ecriture import ecrit_en_entier
from adapters.tableurs.refus import FichierNonEcrit
from kernel.systeme import raison_du_systeme

LISIBLE: Final = 0o644
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


def _refus(chemin: Path, erreur: OSError) -> FichierNonEcrit:
    raison = "son dossier n’existe pas" if erreur.errno == errno.ENOENT else raison_du_systeme(erreur)
    return FichierNonEcrit(f"Impossible d’écrire {chemin} : {raison}.", fichier=str(chemin))
