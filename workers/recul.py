"""An older copy of the store was put back, as the relay saw it: noted in the store itself, until a person takes note.

Two positions of the same kind as the relay's own: how far a lane had read, and up to which such note it was seen.
"""

from collections.abc import Mapping, Sequence

from application.ports import Enregistreur


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
