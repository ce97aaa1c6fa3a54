"""Write the rejected rows beside the original columns, so that they can be corrected and replayed."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from adapters.tableurs.refus import FichierNonEcrit

COLONNES_AJOUTEES = ("motif", "fichier_empreinte", "ligne", "rang")


class EcrivainRejets:
    """A CSV file in UTF-8, written row by row beside its final name and put in place only when all went well.

    Cells in excess of the original columns go after the added ones: nothing of the source is lost, and a row replayed
    without having been corrected is found wrong again.
    """

    def __init__(self, chemin: Path, colonnes: Sequence[str], separateur: str) -> None:
        self.chemin, self.largeur, self.ecrites = chemin, len(colonnes), 0
        self._provisoire = chemin.with_name(f".{chemin.name}.en-cours")
        if chemin.exists() and not chemin.is_file():  # renaming onto a device or a folder would replace it
            raise FichierNonEcrit(f"{chemin} n’est pas un fichier ordinaire.")
        try:
            self._flux = self._provisoire.open("w", encoding="utf-8", newline="")
        except OSError as erreur:
            raise FichierNonEcrit(f"Impossible d’écrire {chemin} : dossier absent, ou droits insuffisants.") from erreur
        self._csv = csv.writer(self._flux, delimiter=separateur, lineterminator="\r\n")
        self._csv.writerow([*colonnes, *COLONNES_AJOUTEES])

    def ecrire(self, cellules: Sequence[str], *, motif: str, empreinte: str, ligne: int, rang: int) -> None:
        originales = [*cellules[: self.largeur], *[""] * (self.largeur - len(cellules))]
        self._csv.writerow([*originales, motif, empreinte, ligne, rang, *cellules[self.largeur :]])
        self.ecrites += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flux.close()
        if erreur is None:
            self._provisoire.replace(self.chemin)
        else:
            self._provisoire.unlink(missing_ok=True)
