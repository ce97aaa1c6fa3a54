"""The two lanes of the relay, as the store keeps them: how far each has read, and what an older copy took away.

A lane that had read facts the store no longer holds notes how far it was, until a person takes note: two positions of
the same kind as its own.
"""

from collections.abc import Mapping
from typing import Final

from application.ports import Enregistreur

VOIES: Final = ("vif", "lot")


def nom_du_curseur(voie: str) -> str:
    """Return the name, in the store, of the position of a lane."""
    return f"relais:{voie}"


def noter_recul(enregistreur: Enregistreur, voie: str, position: int) -> None:
    """Keep how far a lane had read before the older copy."""
    enregistreur.avancer_curseur(f"recul:{voie}", position)


def reculs(enregistreur: Enregistreur) -> Mapping[str, int]:
    """Return what was noted and that nobody has taken note of."""
    notes = {voie: enregistreur.curseur(f"recul:{voie}") for voie in VOIES}
    return {voie: note for voie, note in notes.items() if note > enregistreur.curseur(f"recul:{voie}:vu")}


def oublier_les_reculs(enregistreur: Enregistreur) -> None:
    """Take note that a person knows."""
    for voie, position in reculs(enregistreur).items():
        enregistreur.avancer_curseur(f"recul:{voie}:vu", position)
