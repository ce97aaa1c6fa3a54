"""How rows and amounts are written in a CSV file that other systems read."""

import csv
import re
from collections.abc import Sequence
from typing import IO, Any, Protocol


class Ecrivain(Protocol):
    """What writes rows: csv keeps its own class to itself."""

    def writerow(self, row: Sequence[object], /) -> Any: ...


def ecrivain_csv(flux: IO[str], colonnes: Sequence[str]) -> Ecrivain:
    """Write the header and return what writes rows: commas, quotes where needed."""
    ecrivain = csv.writer(flux, lineterminator="\r\n")
    ecrivain.writerow(colonnes)
    return ecrivain


def marque_de(colonnes: Sequence[str]) -> re.Pattern[str]:
    """Return what recognises a file written under that header, whatever a spreadsheet did to its separators."""
    return re.compile(r"\A" + "[,;\t]".join(f'"?{re.escape(colonne)}"?' for colonne in colonnes))


def en_decimal(centimes: int) -> str:
    """Return an amount in euros, a dot before two decimals: `7112.00`."""
    euros, reste = divmod(centimes, 100)
    return f"{euros}.{reste:02d}"
