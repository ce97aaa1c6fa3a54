"""What every reader gives: the header, and one record after the other. `application.reprise` reads these shapes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Progression = Callable[[int, float], None]
"""Called with the number of records read so far and the part of the file they are, from 0 to 1."""

PAS_DE_PROGRESSION = 500


@dataclass(frozen=True, slots=True)
class EnregistrementLu:
    """One record; `ligne` is its first physical line (the row number of a sheet), the file starting at 1."""

    ligne: int
    cellules: tuple[str, ...]
    defaut: str | None = None  # broken quoting, missing or extra cells: the cells are then a best effort


@dataclass(frozen=True, slots=True)
class TableauLu:
    """A source opened for one reading: blank records are skipped, nothing else is."""

    colonnes: tuple[str, ...]
    empreinte: str  # SHA-256 of the bytes of the file
    separateur: str  # of a CSV; a semicolon for a sheet
    encodage: str | None
    enregistrements: Iterator[EnregistrementLu]


def est_vide(cellules: Sequence[str]) -> bool:
    return not any(cellule.strip() for cellule in cellules)


def ajuster(ligne: int, cellules: tuple[str, ...], largeur: int) -> EnregistrementLu:
    """Return the record, with a defect when it has not one cell per column; blank cells in excess are dropped."""
    nombre = len(cellules)
    if nombre > largeur and est_vide(cellules[largeur:]):
        cellules, nombre = cellules[:largeur], largeur
    if nombre == largeur:
        return EnregistrementLu(ligne, cellules)
    quoi = "manquantes" if nombre < largeur else "en trop"
    return EnregistrementLu(ligne, cellules, f"Cellules {quoi} : {nombre} au lieu de {largeur}")


def suivre(
    enregistrements: Iterator[EnregistrementLu], progression: Progression | None, part: Callable[[], float]
) -> Iterator[EnregistrementLu]:
    """Yield the same records, calling `progression` now and then and at the end."""
    lus = 0
    for lus, enregistrement in enumerate(enregistrements, 1):
        yield enregistrement
        if progression is not None and lus % PAS_DE_PROGRESSION == 0:
            progression(lus, part())
    if progression is not None:
        progression(lus, 1.0)
