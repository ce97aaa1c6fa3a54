"""How old what a page shows is: it was made at one position of the store, and asks the last one while it stays open."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Generic, TypeVar

from kernel.instants import Instant

ADRESSE: Final = "/position"
"""Asked by every page that stays open, every few seconds: it opens no session, and is counted for nobody."""
DE_CECI: Final = "/position/{identifiant}"
"""The version of what a form was opened on: asked, by who is signed in, once the position has moved."""
VIVANTES: Final = frozenset(
    {
        "/",
        "/file",
        "/en-retard",
        "/bloques",
        "/echeances",
        "/lots/{lot}",
        "/dossiers",
        "/dossiers/{ref}",
        "/dossiers/{ref}/paiements",
        "/seances",
        "/seances/{ref}",
        "/seances/{ref}/scrutin",
        "/deliberations/{ref}",
        "/finance",
        "/rejets",
        "/bordereaux",
        "/bordereaux/{ref}",
        "/recherche",
        "/enveloppes",
        "/enveloppes/{ref}",
        "/pilotage",
        "/pilotage/{campagne}",
    }
)
"""The pages that people leave open while others act."""
PATIENCE_S: Final = 5.0
"""How long a page waits for its rows to be brought to the head of the store; then it shows those it has, and says so."""
EN_RETARD: ContextVar[str] = ContextVar("en_retard", default="")
"""The read model whose rows are older than the store, on the page being written; blank for none."""
TETE_S: Final = 0.5
"""How old the position that a page is told may be."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Affichage:
    """When a page was made, on the clock of the machine, and at which position: at least what it shows."""

    position: int
    fait_le: Instant


@dataclass
class Relu(Generic[T]):
    """What costs to be read, read again after some seconds at the soonest, however many ask it."""

    duree_s: float
    _lu: T | None = None
    _perime: float = 0.0
    _verrou: Lock = field(default_factory=Lock)

    def lire(self, relire: Callable[[], T]) -> T:
        """Return it as it was `duree_s` ago, or later."""
        with self._verrou:
            if self._lu is None or time.monotonic() >= self._perime:
                self._lu, self._perime = relire(), time.monotonic() + self.duree_s
            return self._lu
