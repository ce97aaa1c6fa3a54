"""What a command prints: one JSON document on stdout, or French lines for people; refusals on stderr, exit codes."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from kernel.refus import Refus

FAIT: Final = 0
FAUTE: Final = 1
USAGE: Final = 2
REFUSE: Final = 3
ANOMALIE: Final = 4
EN_PARTIE: Final = 5

console = Console(highlight=False, width=None if sys.stdout.isatty() else 200)
erreurs = Console(stderr=True, highlight=False)


class Sortie(Exception):
    """Leave with that code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def imprimer(document: Any, *, en_json: bool, humain: str | Table | None = None) -> None:
    """Print one document: JSON for programs, else its human form."""
    if en_json or humain is None:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=None if en_json else 2) + "\n")
    else:
        console.print(humain, soft_wrap=isinstance(humain, str))


def tableau(titre: str, colonnes: list[str], lignes: list[list[str]]) -> Table:
    """Return a table for people."""
    table = Table(title=titre, title_justify="left")
    for colonne in colonnes:
        table.add_column(colonne)
    for ligne in lignes:
        table.add_row(*ligne)
    return table


@contextmanager
def refus_dits(*, en_json: bool) -> Iterator[None]:
    """Say a refusal in its two forms and leave with code 3."""
    try:
        yield
    except Refus as refus:
        if en_json:
            sys.stdout.write(json.dumps(refus.en_json(), ensure_ascii=False) + "\n")
        sys.stderr.write(f"refusé [{refus.code}] {refus.message}\n")
        raise Sortie(REFUSE) from refus
