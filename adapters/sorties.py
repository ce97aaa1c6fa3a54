"""Files that leave the system: written beside their final name, put in place only when all went well."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Final

from adapters.tableurs.refus import FichierNonEcrit
from kernel.systeme import raison_du_systeme

LISIBLE: Final = 0o644
SECRET: Final = 0o600
"""For bank details: their owner only, from the first byte on."""
DISQUE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENAMETOOLONG})
"""What is wrong with the place, not with what is written there."""


@contextmanager
def fichier_neuf(chemin: Path, mode: int = LISIBLE) -> Iterator[IO[str]]:
    """Open a UTF-8 text that replaces `chemin` at the end, and leaves it as it was when something goes wrong.

    Raises:
        FichierNonEcrit: no such folder, no right to write there, or `chemin` is not a file.
    """
    try:
        if chemin.exists() and not chemin.is_file():  # a device would be replaced by our file
            raise FichierNonEcrit(f"{chemin} n’est pas un fichier.", fichier=str(chemin))
        flux = NamedTemporaryFile(  # noqa: SIM115 - closed below, before it is renamed
            "w", encoding="utf-8", newline="", dir=chemin.parent, prefix=f".{chemin.name[:100]}.", delete=False
        )
    except OSError as erreur:
        raise _refus(chemin, erreur) from erreur
    provisoire = Path(flux.name)
    try:
        with flux:
            yield flux.file
        provisoire.chmod(mode)
        provisoire.replace(chemin)
    except BaseException as erreur:
        provisoire.unlink(missing_ok=True)
        if isinstance(erreur, OSError) and erreur.errno in DISQUE:
            raise _refus(chemin, erreur) from erreur
        raise


def _refus(chemin: Path, erreur: OSError) -> FichierNonEcrit:
    raison = "son dossier n’existe pas" if erreur.errno == errno.ENOENT else raison_du_systeme(erreur)
    return FichierNonEcrit(f"Impossible d’écrire {chemin} : {raison}.", fichier=str(chemin))
