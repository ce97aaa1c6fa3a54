"""The files of the pièces as a whole: encrypt those of a former version, remove those that no fact names."""

import re
from typing import Final
from uuid import UUID

from application.services import Services

_EMPREINTE: Final = re.compile(rb"[0-9a-f]{64}")
_PAR_LOT: Final = 1_000


def chiffrer(services: Services) -> int:
    """Encrypt every pièce that a former version kept in clear and that a fact names; return how many."""
    nommees, _ = _nommees(services)
    return services.fichiers.chiffrer_les_anciennes(nommees)


def purger(services: Services) -> int:
    """Remove the files that interrupted acts left: no fact names them, they are a day old, and older than the last fact.

    Return how many.
    """
    nommees, connu_ns = _nommees(services)
    return services.fichiers.purger(nommees, connu_ns)


def _nommees(services: Services) -> tuple[dict[str, set[UUID]], int]:
    """Return the aggregates that name each digest, and when the last fact was recorded, in nanoseconds.

    Facts are not read but searched: one that this program cannot read names its pièces all the same.
    """
    nommees: dict[str, set[UUID]] = {}
    position, connu_ns = 0, 0
    while lus := services.store.enregistreur.lire_depuis(position, _PAR_LOT):
        for lu in lus:
            for empreinte in _EMPREINTE.findall(lu.state):
                nommees.setdefault(empreinte.decode(), set()).add(UUID(str(lu.originator_id)))
        dernier = lus[-1]
        position = dernier.position
        if dernier.enregistre_le is not None:
            connu_ns = int(dernier.enregistre_le.timestamp() * 10**9)
    return nommees, connu_ns
