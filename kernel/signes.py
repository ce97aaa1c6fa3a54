"""The signs that no text may hold: what they would do to whoever reads it, or to what keeps it."""

import re
from typing import Final

INTERDITS: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but for tab, line feed and carriage return
    "\u061c\u202a-\u202e\u2066-\u2069"  # they turn the text that follows the other way round
    "\ud800-\udfff]"  # halves of a character: no file and no base takes them
)


def montrable(texte: str) -> str:
    """Return the text with these written out by their number: quoted, they do nothing to who reads it."""
    return INTERDITS.sub(lambda signe: f"\\u{ord(signe[0]):04x}", texte)
