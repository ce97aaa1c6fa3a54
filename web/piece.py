"""A pièce sent to a browser: by what it is, never by what its name says, and never as a page of this site."""

from collections.abc import Iterator
from itertools import chain
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse

from application.genres import SUFFIXES, GenreDeFichier, reconnaitre

ISOLEMENT: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""What it may do in a browser: nothing, and it is of no site."""


def nom_sur(nom: str, genre: GenreDeFichier) -> str:
    """Return a name of its own, without path nor control; its extension never says another kind than what it is."""
    lettres = "".join(lettre for lettre in PurePath(nom.replace("\\", "/")).name if lettre.isprintable())
    tronc, suffixe = PurePath(lettres[:120] or "piece").stem, PurePath(lettres).suffix.lower()
    if genre.suffixes:
        return tronc + (suffixe if suffixe in genre.suffixes else genre.suffixes[0])
    return f"{tronc}{suffixe}.inconnu" if suffixe in SUFFIXES else tronc + suffixe


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
