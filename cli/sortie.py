"""What a command prints: one JSON document on stdout, or French lines for people; refusals on stderr, exit codes."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from cli.tableau import Grille, largeur_du_terminal
from kernel.refus import Empechement, Refus
from kernel.signes import montrable

FAUTE: Final = 1
USAGE: Final = 2
REFUSE: Final = 3
ANOMALIE: Final = 4
EN_PARTIE: Final = 5


class Sortie(Exception):
    """Leave with that code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Usage(Exception):
    """The command is not written as it should: said as any fault of usage."""


def imprimer(document: Any, *, en_json: bool, humain: str | Grille | None = None) -> None:
    """Print one document: JSON for programs, else its human form."""
    if en_json or humain is None:
        _ecrire_json(document, indent=None if en_json else 2)
    else:
        ecrire(humain if isinstance(humain, str) else humain.en_texte(largeur_du_terminal()))


def ecrire(texte: str) -> None:
    """Write a text for people on stdout; what it quotes never drives their terminal."""
    sys.stdout.write(montrable(texte.replace("\r", "\\r")) + "\n")


def dire_le_site(url: str) -> None:
    """Say where the site is, before it is served for a long time."""
    ecrire(f"Site : {url} (Ctrl-C pour finir)")
    sys.stdout.flush()


def signaler(texte: str, *, grave: bool = False) -> None:
    """Say on stderr what is not the answer, in bold red at a terminal when it is grave."""
    propre = montrable(texte.replace("\r", "\\r"))
    sys.stderr.write(f"\x1b[1;31m{propre}\x1b[0m\n" if grave and sys.stderr.isatty() else f"{propre}\n")


@contextmanager
def refus_dits(*, en_json: bool) -> Iterator[None]:
    """Say a refusal in its two forms and leave with code 3; a fault of the machine likewise, with code 1."""
    try:
        yield
    except Usage as faute:
        dire("usage", str(faute), en_json=en_json)
        raise Sortie(USAGE) from faute
    except Refus as refus:
        dire(refus.code, refus.message, refus.champs, en_json=en_json)
        raise Sortie(REFUSE) from refus
    except Empechement as dite:
        dire_faute(dite.code, dite.message, dite.champs, en_json=en_json, journal_en_json=False)
        raise Sortie(FAUTE) from dite


def dire(code: str, message: str, champs: dict[str, Any] | None = None, *, en_json: bool) -> None:
    """Say why nothing was done: the document of the contract on stdout, a line for people on stderr."""
    _dire_en_json(code, message, champs, en_json=en_json)
    signaler(f"refusé [{code}] {message}")


def dire_faute(
    code: str, message: str, champs: dict[str, Any] | None = None, *, en_json: bool, journal_en_json: bool
) -> None:
    """Say what is nobody's mistake but ours: the same document; the journal, when it is in JSON, has told it already."""
    _dire_en_json(code, message, champs, en_json=en_json)
    if not journal_en_json:
        signaler(f"erreur [{code}] {message}")


def _dire_en_json(code: str, message: str, champs: dict[str, Any] | None, *, en_json: bool) -> None:
    if en_json:
        with suppress(OSError):  # nobody reads, or the disk is full: the line for people is left
            _ecrire_json({"refus": {"code": code, "message": message, "champs": champs or {}}})


def _ecrire_json(document: Any, indent: int | None = None) -> None:
    # inside a JSON text, what is written out reads back the same
    sys.stdout.write(montrable(json.dumps(document, ensure_ascii=False, indent=indent)) + "\n")
