"""What somebody has before him when he types."""

from dataclasses import dataclass
from random import Random
from typing import Any

from kernel.attentes import Attente
from kernel.instants import Instant
from tests.simulateur.etats import Etats

Options = dict[str, Any] | None


@dataclass(frozen=True)
class Situe:
    """What somebody has before him: the state, what it awaits of him if anything, the time, and the dice."""

    rng: Random
    etats: Etats
    etat: Any
    attente: Attente | None
    maintenant: Instant

    def du_genre(self, agregat: str) -> list[Any]:
        """Return every aggregate of that kind."""
        return self.etats.du_genre(agregat)

    @property
    def objet(self) -> str:
        return self.attente.cle.objet if self.attente is not None else ""

    @property
    def rang(self) -> int:
        return int(self.objet) if self.objet.isdecimal() else self.rng.randint(1, 2)
