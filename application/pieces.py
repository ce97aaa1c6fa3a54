"""Pièces and texts as a whole: encrypt the files of a former version, remove what no fact names."""

import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

from application.ports import EvenementStocke
from application.services import Services

_EMPREINTE: Final = re.compile(rb"[0-9a-f]{64}")
_ID: Final = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PAR_LOT: Final = 1_000


def chiffrer(services: Services) -> int:
    """Encrypt every pièce that a former version kept in clear and that a fact names; return how many."""
    nommees: dict[str, set[UUID]] = {}
    _parcourir(services, lambda lu: _noter_les_pieces(lu, nommees))
    return services.fichiers.chiffrer_les_anciennes(nommees)


def purger(services: Services) -> tuple[int, int]:
    """Remove what interrupted acts left: no fact names it, it is a day old, and older than the last fact.

    Return how many files, and how many texts.
    """
    nommees: dict[str, set[UUID]] = {}
    textes = {str(texte).encode() for texte in services.coffre.textes()}  # before the facts: none is named afterwards

    def noter(lu: EvenementStocke) -> None:
        _noter_les_pieces(lu, nommees)
        textes.difference_update(_ID.findall(lu.state))

    connu_ns = _parcourir(services, noter)
    restes = [UUID(texte.decode()) for texte in sorted(textes)]
    return services.fichiers.purger(nommees, connu_ns), services.coffre.purger(restes, connu_ns // 10**9)


def _noter_les_pieces(lu: EvenementStocke, nommees: dict[str, set[UUID]]) -> None:
    for empreinte in _EMPREINTE.findall(lu.state):
        nommees.setdefault(empreinte.decode(), set()).add(UUID(str(lu.originator_id)))


def _parcourir(services: Services, noter: Callable[[EvenementStocke], None]) -> int:
    """Give every fact, and return when the last one was recorded, in nanoseconds.

    Facts are not read but searched: one that this program cannot read names its pièces and its texts all the same.
    """
    position, connu_ns = 0, 0
    while lus := services.store.enregistreur.lire_depuis(position, _PAR_LOT):
        for lu in lus:
            noter(lu)
        dernier = lus[-1]
        position = dernier.position
        if dernier.enregistre_le is not None:
            connu_ns = int(dernier.enregistre_le.timestamp() * 10**9)
    return connu_ns
