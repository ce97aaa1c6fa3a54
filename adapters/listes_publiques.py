"""Read the public reference lists shipped with `dispositifs`."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from io import StringIO
from typing import Final

from dispositifs.eligibilite import Perimetre

QPV: Final = "qpv2024_hdf.csv"


@dataclass(frozen=True)
class Libelles(Mapping[str, str]):
    """The name of each line of a list by its code, read at first use: most commands look at none.

    A missing or damaged file is our fault, never a refusal.
    """

    liste: str
    code: str
    nom: str

    def __getitem__(self, code: str) -> str:
        return _libelles(self)[code]

    def __iter__(self) -> Iterator[str]:
        return iter(_libelles(self))

    def __len__(self) -> int:
        return len(_libelles(self))


QUARTIERS: Final = Libelles(QPV, "code_qp", "libelle")
"""The quartiers prioritaires 2024."""
PERIMETRES: Final = (Perimetre(version="qpv2024", du=date(2024, 1, 1), quartiers=QUARTIERS),)
"""The lists of quartiers we hold, by the days they are in force: décret n° 2023-1314 du 28 décembre 2023."""
COMMUNES: Final = Libelles("communes_hdf.csv", "code_insee", "nom")


@cache
def _libelles(de: Libelles) -> dict[str, str]:
    return {ligne[de.code]: ligne[de.nom] for ligne in lire_liste(de.liste)}


def lire_liste(nom: str) -> Iterator[dict[str, str]]:
    """Yield the lines of a list, by its columns."""
    liste = resources.files("dispositifs.references").joinpath(nom)
    yield from csv.DictReader(StringIO(liste.read_text(encoding="utf-8")))
