"""Two denominations, as people and files write them: may they be the same body's, are they the same?"""

import re
from typing import Final

from kernel.textes import sans_accents

_APARTES: Final = re.compile(r"\([^)]*\)")
_MOTS: Final = re.compile(r"[^\W_]+")
_PASSES_DE_REPARATION: Final = 4


def meme_denomination(une: str, autre: str) -> bool:
    """Tell whether two denominations have the same words; case, accents, punctuation and asides make no difference."""
    return _mots(une) == _mots(autre)


def denominations_concordent(une: str, autre: str) -> bool:
    """Tell whether two denominations may be the same body's: one begins with the words of the other.

    Neither case, accents, punctuation, asides in parentheses nor a text encoded twice (« CÅ’UR ») make a difference:
    « FAMILLES RURALES » and « Familles rurales - fédération départementale » concord, two federations of a same
    département do not.
    """
    mots, autres = _mots(une), _mots(autre)
    communs = min(len(mots), len(autres))
    return mots[:communs] == autres[:communs]


def reparer_double_encodage(texte: str) -> str:
    """Undo UTF-8 read as Windows-1252, as many times as it was done; a sound text is returned as it is."""
    for _ in range(_PASSES_DE_REPARATION):
        try:
            repare = texte.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return texte
        texte = repare
    return texte


def _mots(denomination: str) -> list[str]:
    reparee = reparer_double_encodage(denomination)
    return _MOTS.findall(sans_accents(_APARTES.sub(" ", reparee))) or _MOTS.findall(sans_accents(reparee))
