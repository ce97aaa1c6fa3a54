"""Tables for people: as wide as the terminal says, wrapped between words; what has no room for that is one block a row.

A word is never cut, and a number, a date or an amount is one word: its spaces do not break. In a pipe there are tabs
and no padding.
"""

import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final
from unicodedata import combining, east_asian_width

ENTRE: Final = "  "
"""Between two columns."""


@dataclass(frozen=True, slots=True)
class Grille:
    """A title, the names of the columns, rows of texts; and what is said under them."""

    titre: str
    colonnes: Sequence[str]
    lignes: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default_factory=tuple)

    def en_texte(self, largeur: int | None) -> str:
        """Return the lines of the table in that many columns, or for a pipe (None); none ends with spaces."""
        if not self.lignes:
            corps = []
        elif largeur is None:
            corps = ["\t".join(ligne) for ligne in (self.colonnes, *self.lignes)]
        else:
            largeurs = _repartir(self._etendues(), largeur)
            corps = self._en_blocs(largeur) if largeurs is None else self._en_colonnes(largeurs)
        return "\n".join(ligne.rstrip() for ligne in (self.titre, *corps, *self.notes))

    def _etendues(self) -> list[tuple[int, int]]:
        """Return, for each column, its longest word and its longest text."""
        colonnes = zip(self.colonnes, *self.lignes, strict=True)
        return [
            (max(place(mot) for texte in textes for mot in (texte.split(" "))), max(map(place, textes)))
            for textes in colonnes
        ]

    def _en_colonnes(self, largeurs: Sequence[int]) -> list[str]:
        a_droite = [
            rang > 0 and all(map(_est_un_nombre, valeurs))
            for rang, valeurs in enumerate(zip(*self.lignes, strict=True))
        ]
        trait = [["─" * largeur] for largeur in largeurs]
        rangees = [_couper(self.colonnes, largeurs), trait, *(_couper(ligne, largeurs) for ligne in self.lignes)]
        return [
            ENTRE.join(
                _aligner(texte, large, droite) for texte, large, droite in zip(textes, largeurs, a_droite, strict=True)
            )
            for rangee in rangees
            for textes in zip_longest(*rangee, fillvalue="")
        ]

    def _en_blocs(self, largeur: int) -> list[str]:
        blocs: list[str] = []
        for ligne in self.lignes:
            dites = [f"{nom} : {texte}" for nom, texte in zip(self.colonnes[1:], ligne[1:], strict=True) if texte]
            blocs += ["", ligne[0]]
            for dite in dites:
                blocs += _plier(dite, largeur, "  ", "    ")
        return blocs


def largeur_du_terminal() -> int | None:
    """Return how many columns there are: those of COLUMNS, else of the terminal; None in a pipe or a file."""
    return shutil.get_terminal_size((0, 0)).columns or None


def place(texte: str) -> int:
    """Return how many columns a text takes."""
    return sum(0 if combining(signe) else 2 if east_asian_width(signe) in "WF" else 1 for signe in texte)


def _est_un_nombre(texte: str) -> bool:
    return all(signe.isdigit() or signe in "−,€\u00a0\u202f–" for signe in texte)


def _repartir(etendues: Sequence[tuple[int, int]], largeur: int) -> list[int] | None:
    """Share a width among columns: to each its longest word, then what its texts lack; None when words do not fit."""
    reste = largeur - len(ENTRE) * (len(etendues) - 1) - sum(mot for mot, _ in etendues)
    if reste < 0:
        return None
    manque = sum(texte - mot for mot, texte in etendues)
    if manque <= reste:
        return [texte for _, texte in etendues]
    return [mot + (texte - mot) * reste // manque for mot, texte in etendues]


def _couper(ligne: Sequence[str], largeurs: Sequence[int]) -> list[list[str]]:
    return [_plier(texte, large) for texte, large in zip(ligne, largeurs, strict=True)]


def _plier(texte: str, largeur: int, debut: str = "", suite: str = "") -> list[str]:
    return textwrap.wrap(
        texte, largeur, initial_indent=debut, subsequent_indent=suite, break_long_words=False, break_on_hyphens=False
    )


def _aligner(texte: str, largeur: int, a_droite: bool) -> str:
    vide = " " * (largeur - place(texte))
    return vide + texte if a_droite else texte + vide
