"""What recognises the last fact that was read of the store, and tells when an older copy of it was put back.

Positions alone would not tell it for long: the store grows again past them, with other facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from kernel.faits import Inscription


class StoreEnArriere(Exception):
    """The store does not hold the last fact that was read of it."""


@dataclass(frozen=True, slots=True)
class Temoin:
    """One fact: where it was, and what no other has (its aggregate, its version, the instant it was recorded)."""

    position: int
    marque: str

    @classmethod
    def de(cls, inscription: Inscription) -> Self:
        """Recognise that fact."""
        entete = inscription.entete
        return cls(inscription.position or 0, f"{entete.id}:{entete.version}:{inscription.enregistre_le}")

    def ouvre(self, lus: Sequence[Inscription]) -> bool:
        """Tell whether these facts begin with it."""
        return bool(lus) and Temoin.de(lus[0]) == self
