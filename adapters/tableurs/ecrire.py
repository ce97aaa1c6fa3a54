"""Write the rejected rows beside the original columns, so that they can be corrected and replayed."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from adapters.sorties import fichier_neuf

COLONNES_AJOUTEES = ("motif", "fichier_empreinte", "ligne", "rang")


@contextmanager
def ecrire_rejets(chemin: Path, colonnes: Sequence[str], separateur: str) -> Iterator["EcrivainRejets"]:
    """Open the file of rejects: a CSV in UTF-8, put in place only when all went well.

    Raises:
        FichierNonEcrit: It cannot be written there.
    """
    with fichier_neuf(chemin) as flux:
        yield EcrivainRejets(flux, colonnes, separateur)


class EcrivainRejets:
    """Writes one row after the other.

    Cells in excess of the original columns go after the added ones: nothing of the source is lost, and a row replayed
    without having been corrected is found wrong again.
    """

    def __init__(self, flux: IO[str], colonnes: Sequence[str], separateur: str) -> None:
        self.largeur = len(colonnes)
        self._csv = csv.writer(flux, delimiter=separateur, lineterminator="\r\n")
        self._csv.writerow([*colonnes, *COLONNES_AJOUTEES])

    def ecrire(self, cellules: Sequence[str], *, motif: str, empreinte: str, ligne: int, rang: int) -> None:
        originales = [*cellules[: self.largeur], *[""] * (self.largeur - len(cellules))]
        self._csv.writerow([*originales, motif, empreinte, ligne, rang, *cellules[self.largeur :]])
