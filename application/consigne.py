"""What a command wants kept beside its facts, texts and files: durable once it was decided, before its facts are stored.

A fact never names what is not there, and a refused command leaves nothing. One killed between the two leaves what no
fact names: the same command again finds it there; what nothing names any more is purged (`application.pieces`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from application.ports import Retrait


@dataclass
class Consigne:
    """What the attempt under way of one command wants kept, and how to take back what it alone kept."""

    _demandes: list[Callable[[], Retrait | None]] = field(default_factory=list)
    _retraits: list[Retrait] = field(default_factory=list)

    def demander(self, ranger: Callable[[], Retrait | None]) -> None:
        """Ask for something to be kept, if the command is not refused."""
        self._demandes.append(ranger)

    def ranger(self) -> None:
        """Make durable what was asked for."""
        for ranger in self._demandes:
            if (retrait := ranger()) is not None:
                self._retraits.append(retrait)

    def annuler(self) -> None:
        """Take back what was kept: this attempt recorded nothing."""
        for retrait in self._retraits:
            retrait()
        self.oublier()

    def oublier(self) -> None:
        """Leave what was kept where it is: facts name it."""
        self._demandes.clear()
        self._retraits.clear()
