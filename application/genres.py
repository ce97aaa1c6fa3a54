"""What kind of file a pièce is: by its first bytes, never by what its name says. Nothing of it is ever executed."""

import re
from pathlib import PurePath
from typing import Final, NamedTuple


class GenreDeFichier(NamedTuple):
    """A kind of file that we know by its first bytes; `montre`: the browser shows it, isolated."""

    media: str
    suffixes: tuple[str, ...]
    montre: bool


# an isolated PDF is one that browsers refuse to draw: it is given to be kept
_SIGNATURES: Final = (
    (b"%PDF-", GenreDeFichier("application/pdf", (".pdf",), montre=False)),
    (b"\x89PNG\r\n\x1a\n", GenreDeFichier("image/png", (".png",), montre=True)),
    (b"\xff\xd8\xff", GenreDeFichier("image/jpeg", (".jpg", ".jpeg"), montre=True)),
)
_TEXTE: Final = GenreDeFichier(
    "text/plain; charset=utf-8", (".txt", ".csv", ".md", ".log", ".json", ".yaml"), montre=True
)
_AUTRE: Final = GenreDeFichier("application/octet-stream", (), montre=False)
SUFFIXES: Final = frozenset(s for _, genre in (*_SIGNATURES, (b"", _TEXTE)) for s in genre.suffixes)
_NON_TEXTE: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def reconnaitre(debut: bytes) -> GenreDeFichier:
    """Return what kind of file begins so."""
    for signature, genre in _SIGNATURES:
        if debut.startswith(signature):
            return genre
    try:
        debut.decode()
    except UnicodeDecodeError as erreur:
        if len(debut) - erreur.start > 3:  # else a letter is cut by the end of the block
            return _AUTRE
    return _AUTRE if _NON_TEXTE.search(debut) else _TEXTE


_PROGRAMMES: Final = (b"MZ", b"\x7fELF", b"#!")
"""What a system would execute: no pièce is that, whatever its name."""


def est_un_programme(debut: bytes) -> bool:
    """Tell whether a system would execute a file that begins so."""
    return debut.startswith(_PROGRAMMES)


def est_trompeur(debut: bytes, nom: str) -> bool:
    """Tell whether a file is a program, or another kind than its name says; of a kind we do not know, nothing is told."""
    suffixe = PurePath(nom.replace("\\", "/")).suffix.lower()
    return est_un_programme(debut) or (suffixe in SUFFIXES and suffixe not in reconnaitre(debut).suffixes)
