"""What is a store's own: no command takes it for a pièce, nor writes over it."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kernel.refus import Refus

_SQLITE: Final = b"SQLite format 3\x00"
_SUITES: Final = ("coffre", "lectures", "site", "temporal", "moteur")
"""`x.db` → `x.coffre.db`, and the others."""
_CLE: Final = re.compile(rb"\s*[0-9a-fA-F]{64}\s*")
_CLE_MAX: Final = 100


class FichierReserve(Refus, code="fichier_reserve"):
    """A file of a store, or of what goes with it."""


def est_d_un_store(contenu: bytes) -> bool:
    """Tell whether a file of these bytes, or that begins by them, is the base or the key of some store, this one or another."""
    return contenu.startswith(_SQLITE) or (len(contenu) <= _CLE_MAX and _CLE.fullmatch(contenu) is not None)


@dataclass(frozen=True, slots=True)
class Reserves:
    """The files of one store: those named, those of its folder that carry its name, and all that is in `dossiers`.

    Compared by inode: another path, a link, a name in another case are the same file.
    """

    base: Path | None = None
    fichiers: tuple[Path, ...] = ()
    dossiers: tuple[Path, ...] = ()

    @property
    def dossier(self) -> Path | None:
        """Return the folder an SQLite store lies in."""
        return None if self.base is None else self.base.absolute().parent

    def exiger_etranger(self, chemin: Path, etat: os.stat_result | None = None) -> None:
        """Let pass a file, there or to be made, or refuse with FichierReserve; `etat` is what an open one is."""
        if etat is None:
            with suppress(OSError):
                etat = chemin.stat()
        if self._est_une_des_notres(chemin, etat):
            raise FichierReserve(
                f"« {chemin} » est un fichier de la base ou de ce qui va avec elle : aucune commande ne le lit ni ne le remplace.",
                fichier=str(chemin),
            )

    def exiger_dossier_a_part(self, dossier: Path, quoi: str) -> None:
        """Let pass a folder that is not the store's, or refuse with FichierReserve."""
        if self.dossier is not None and _sont_le_meme(dossier, self.dossier):
            raise FichierReserve(
                f"« {quoi} » est dans le dossier de la base : mettez-le, avec ses pièces, dans un dossier à part.",
                fichier=quoi,
            )

    def _est_une_des_notres(self, chemin: Path, etat: os.stat_result | None) -> bool:
        parents = chemin.absolute().resolve().parents
        if any(_sont_le_meme(parent, dossier) for dossier in self.dossiers for parent in parents):
            return True
        if self.base is not None and self._porte_son_nom(chemin.name) and _sont_le_meme(parents[0], self.dossier):
            return True
        return etat is not None and (etat.st_dev, etat.st_ino) in set(_inodes(self._connus()))

    def _porte_son_nom(self, nom: str) -> bool:
        assert self.base is not None
        base, racine = self.base.name, self.base.name.removesuffix(".db")
        return nom == base or nom.startswith((f"{base}-", f"{base}.", *(f"{racine}.{suite}." for suite in _SUITES)))

    def _connus(self) -> Iterator[Path]:
        yield from self.fichiers
        if self.dossier is not None:
            with suppress(OSError):
                yield from (fichier for fichier in self.dossier.iterdir() if self._porte_son_nom(fichier.name))


def _inodes(fichiers: Iterable[Path]) -> Iterator[tuple[int, int]]:
    for fichier in fichiers:
        with suppress(OSError):
            etat = fichier.stat()
            yield etat.st_dev, etat.st_ino


def _sont_le_meme(un: Path, autre: Path | None) -> bool:
    with suppress(OSError):
        return autre is not None and un.samefile(autre)
    return False
