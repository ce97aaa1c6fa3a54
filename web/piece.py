"""A pièce sent to a browser: by what it is, never by what its name says, and never as a page of this site."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import PurePath
from typing import Final, NamedTuple
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse

ISOLEMENT: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""What it may do in a browser: nothing, and it is of no site."""


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
_CONNUS: Final = frozenset(s for _, genre in (*_SIGNATURES, (b"", _TEXTE)) for s in genre.suffixes)
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


def nom_sur(nom: str, genre: GenreDeFichier) -> str:
    """Return a name of its own, without path nor control; its extension never says another kind than what it is."""
    lettres = "".join(lettre for lettre in PurePath(nom.replace("\\", "/")).name if lettre.isprintable())
    tronc, suffixe = PurePath(lettres[:120] or "piece").stem, PurePath(lettres).suffix.lower()
    if genre.suffixes:
        return tronc + (suffixe if suffixe in genre.suffixes else genre.suffixes[0])
    return f"{tronc}{suffixe}.inconnu" if suffixe in _CONNUS else tronc + suffixe


def envoyer(blocs: Iterator[bytes], nom: str) -> Response:
    """Return the answer that sends these bytes; the first are read at once, so that what cannot be opened is said."""
    debut = next(blocs, b"")
    genre = reconnaitre(debut)
    sur = nom_sur(nom, genre)
    disposition = "inline" if genre.montre else "attachment"
    entetes = {
        "Content-Security-Policy": ISOLEMENT,
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(sur, safe='')}",
    }
    return StreamingResponse(chain((debut,), blocs), media_type=genre.media, headers=entetes)
