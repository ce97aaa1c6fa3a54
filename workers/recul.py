"""An older copy of the store was put back, as the relay sees it: the last fact it read is there no more.

Noted in the store itself, by two positions of the same kind as its own: it is said until a person takes note.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from application.ports import Enregistreur, EvenementStocke
from kernel.instants import Instant


class StoreEnArriere(Exception):
    """The store does not hold the last fact that was read of it."""


class Temoin(NamedTuple):
    """What no other fact has: a store that has grown again has others at the same positions."""

    position: int
    agregat_id: str
    version: int
    enregistre_le: Instant | None


def temoin(evenement: EvenementStocke) -> Temoin:
    """Return what recognises a fact."""
    e = evenement
    return Temoin(e.position, str(e.originator_id), e.originator_version, e.enregistre_le)


def tient(enregistreur: Enregistreur, vu: Temoin) -> bool:
    """Tell whether the store still holds a fact that was read."""
    return [temoin(e) for e in enregistreur.lire_depuis(vu.position - 1, 1)] == [vu]


def lire_apres(enregistreur: Enregistreur, vu: Temoin | None, position: int, limite: int) -> Sequence[EvenementStocke]:
    """Return the facts after a position, the last one read, `vu`, being read again with them.

    Raises:
        StoreEnArriere: the store does not hold it any more: these facts follow others than those that were read.
    """
    if vu is None:
        return enregistreur.lire_depuis(position, limite)
    lus = enregistreur.lire_depuis(vu.position - 1, limite + 1)
    if not lus or temoin(lus[0]) != vu:
        raise StoreEnArriere(vu.position)
    return lus[1:]


def noter(enregistreur: Enregistreur, voie: str, position: int) -> None:
    """Keep how far a lane had read before the older copy."""
    enregistreur.avancer_curseur(f"recul:{voie}", position)


def lister(enregistreur: Enregistreur, voies: Sequence[str]) -> Mapping[str, int]:
    """Return what was noted and that nobody has taken note of."""
    notes = {voie: enregistreur.curseur(f"recul:{voie}") for voie in voies}
    return {voie: note for voie, note in notes.items() if note > enregistreur.curseur(f"recul:{voie}:vu")}


def oublier(enregistreur: Enregistreur, voies: Sequence[str]) -> None:
    """Take note that a person knows."""
    for voie, position in lister(enregistreur, voies).items():
        enregistreur.avancer_curseur(f"recul:{voie}:vu", position)
