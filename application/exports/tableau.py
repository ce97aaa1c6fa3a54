"""How rows and amounts are written in a CSV file: for other systems, or for people and their spreadsheets."""

import csv
import re
from collections.abc import Sequence
from typing import IO, Any, Protocol

from application.formules import desarmer


class Ecrivain(Protocol):
    """What writes rows: csv keeps its own class to itself."""

    def writerow(self, row: Sequence[object], /) -> Any: ...


def ecrivain_csv(flux: IO[str], colonnes: Sequence[str]) -> Ecrivain:
    """Write the header and return what writes rows: commas, quotes where needed."""
    ecrivain = csv.writer(flux, lineterminator="\r\n")
    ecrivain.writerow(colonnes)
    return ecrivain


class EcrivainPourLesGens:
    """Writes what a French spreadsheet opens at a click: the mark of UTF-8, semicolons, and no text that is a formula.

    `application.formules.rearmer` reads a text back. Amounts go through `en_decimal(…, virgule=True)`.
    """

    def __init__(self, flux: IO[str], colonnes: Sequence[str]) -> None:
        flux.write("\ufeff")
        self._ecrivain = csv.writer(flux, delimiter=";", lineterminator="\r\n")
        self.writerow(colonnes)

    def writerow(self, cellules: Sequence[object]) -> None:
        """Write one row."""
        self._ecrivain.writerow(["" if cellule is None else desarmer(str(cellule)) for cellule in cellules])


def marque_de(colonnes: Sequence[str]) -> re.Pattern[str]:
    """Return what recognises a file written under that header, whatever a spreadsheet did to its separators."""
    return re.compile(r"\A" + "[,;\t]".join(f'"?{re.escape(colonne)}"?' for colonne in colonnes))


def en_decimal(centimes: int, *, virgule: bool = False) -> str:
    """Return an amount in euros, a dot (or a comma) before two decimals: `7112.00`, `-0.05` for five cents less."""
    euros, reste = divmod(abs(centimes), 100)
    return f"{'-' if centimes < 0 else ''}{euros}{',' if virgule else '.'}{reste:02d}"
