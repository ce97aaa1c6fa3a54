"""Write the rejected rows beside the original columns, so that they can be corrected and replayed."""

import csv
from collections.abc import Sequence
from typing import IO

from application.reprise.lignes import LigneRejetee
from application.reprise.plan import COLONNES_AJOUTEES


class EcrivainRejets:
    """Writes one row after the other, as CSV.

    Cells in excess of the original columns go after the added ones: nothing of the source is lost, and a row replayed
    without having been corrected is found wrong again.
    """

    def __init__(self, flux: IO[str], colonnes: Sequence[str], separateur: str) -> None:
        self.largeur = len(colonnes)
        self._csv = csv.writer(flux, delimiter=separateur, lineterminator="\r\n")
        self._csv.writerow([*colonnes, *COLONNES_AJOUTEES])

    def ecrire(self, rejet: LigneRejetee) -> None:
        """Write one row, its cells as they were read."""
        originales = [*rejet.brut[: self.largeur], *[""] * (self.largeur - len(rejet.brut))]
        ajoutees = [rejet.motif, rejet.empreinte_source, rejet.ligne, rejet.rang]
        self._csv.writerow([*originales, *ajoutees, *rejet.brut[self.largeur :]])
