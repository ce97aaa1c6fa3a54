"""Texts that a spreadsheet would run as a formula when it opens a CSV file: written so that it does not, and read back.

An apostrophe before it is how a spreadsheet itself says « this is text ». A dash that begins a list is left as it is.
"""

import re
from typing import Final

APOSTROPHE: Final = "'"
_FORMULE: Final = re.compile(r"'*(?:[=+@\t\r\n]|-(?:[^\s0-9-]|.*\|))", re.DOTALL)
"""What is armed already counts as one: the text is given back as it was, whatever it was."""


def desarmer(texte: str) -> str:
    """Return the text as it can be opened by a spreadsheet."""
    return f"{APOSTROPHE}{texte}" if _FORMULE.match(texte) else texte


def rearmer(texte: str) -> str:
    """Return the text that `desarmer` was given."""
    nu = texte.removeprefix(APOSTROPHE)
    return nu if _FORMULE.match(nu) else texte
