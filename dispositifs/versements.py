"""A sum paid in several times, as people write it: "avance:70%,solde:30%", or amounts in euros."""

import re
from typing import Final

from kernel.montants import CENT_POUR_CENT

_SEPARATEUR: Final = re.compile(r",(?=\s*[a-z][a-z0-9_]*\s*:)")
"""A comma before a name: the others are decimal."""
_PART: Final = re.compile(r"\s*(?P<nom>[a-z][a-z0-9_]*)\s*:\s*(?P<valeur>[^:]+?)\s*")
_TAUX: Final = re.compile(r"(?P<entier>[0-9]{1,3})(?:[.,](?P<decimales>[0-9]{1,2}))?\s*%")


def lire_parts(texte: str) -> list[tuple[str, str]]:
    """Return the name and the writing of each part: "70%", "8 400,50"; raise ValueError, in French, on one unreadable."""
    lues = []
    for partie in _SEPARATEUR.split(texte):
        lue = _PART.fullmatch(partie)
        if lue is None:
            raise ValueError(_illisible(partie))
        lues.append((lue["nom"], lue["valeur"]))
    return lues


def points_base(valeur: str) -> int | None:
    """Return a share in basis points, None when it is no percentage."""
    lu = _TAUX.fullmatch(valeur)
    return None if lu is None else int(lu["entier"]) * 100 + int((lu["decimales"] or "").ljust(2, "0"))


def exiger_versements(texte: str) -> str:
    """Let "avance:70%,solde:30%" pass; raise ValueError, in French, when a part is unreadable or the sum is not 100 %."""
    parts = []
    for nom, valeur in lire_parts(texte):
        points = points_base(valeur)
        if points is None:
            raise ValueError(_illisible(f"{nom}:{valeur}"))
        parts.append(points)
    if sum(parts) != CENT_POUR_CENT or not all(parts):
        raise ValueError(f"la somme des versements doit faire 100 %, sans part nulle (lu : {sum(parts) / 100:g} %)")
    return texte


def _illisible(partie: str) -> str:
    return f"« {partie.strip()} » n’est pas un versement lisible (par exemple « avance:70% »)"
