"""Read the public reference lists shipped with `dispositifs`."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from io import StringIO
from typing import Final

QPV: Final = "qpv2024_hdf.csv"


class Quartiers(Mapping[str, str]):
    """The label of each quartier prioritaire 2024 by its code, read at first use: most commands look at none.

    A missing or damaged file is our fault, never a refusal.
    """

    def __getitem__(self, code: str) -> str:
        return _quartiers()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(_quartiers())

    def __len__(self) -> int:
        return len(_quartiers())


@cache
def _quartiers() -> dict[str, str]:
    return {ligne["code_qp"]: ligne["libelle"] for ligne in lire_liste(QPV)}


def lire_liste(nom: str) -> Iterator[dict[str, str]]:
    """Yield the lines of a list, by its columns."""
    liste = resources.files("dispositifs.references").joinpath(nom)
    yield from csv.DictReader(StringIO(liste.read_text(encoding="utf-8")))
