"""How long histories are, and what one was."""

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True)
class Ampleur:
    """How long a history is.

    Attributes:
        pas: least and most steps of rough weather.
        departs: how often it starts from each of the stores of `departs`.
        depots: dossiers filed at most.
        depots_pour_cent: of a hundred things people do, how many are to file one.
        attentes_pour_cent: of a hundred steps, how many let hours or days pass.
    """

    pas: tuple[int, int]
    departs: tuple[int, ...]
    depots: int
    depots_pour_cent: int
    attentes_pour_cent: int


@dataclass(frozen=True)
class Bilan:
    """What a history was: the digest of its trace and of all its facts, and its size.

    `pas` are the steps of rough weather, `operations` everything the scheduler let happen; `faits` those it added.
    """

    empreinte: str
    pas: int
    operations: int
    dossiers: int
    faits: int


BREVE: Final = Ampleur(pas=(50, 170), departs=(2, 3, 2, 2, 3), depots=5, depots_pour_cent=5, attentes_pour_cent=5)
GRANDE: Final = Ampleur(
    pas=(14_000, 16_000), departs=(1, 0, 0, 0, 0), depots=300, depots_pour_cent=60, attentes_pour_cent=1
)
"""The life of a whole campagne: it starts from nothing and sees hundreds of dossiers, many of them to their payment."""
DIXIEME: Final = replace(GRANDE, pas=(1_400, 1_600), depots=30)
"""A tenth of it."""
