"""How old what a page shows is: it was made at one position of the store, and asks the last one while it stays open."""

import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from application.ports import Enregistreur
from kernel.instants import Instant

ADRESSE: Final = "/position"
"""Asked by every page that stays open, every few seconds: it opens no session, and is counted for nobody."""
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
_RELUE_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Affichage:
    """When a page was made, on the clock of the machine, and at which position: at least what it shows."""

    position: int
    fait_le: Instant


@dataclass
class Tete:
    """The last position of the store, read twice a second at most, however many pages ask it."""

    _lue: int = 0
    _perime: float = 0.0
    _verrou: Lock = field(default_factory=Lock)

    def lire(self, enregistreur: Enregistreur) -> int:
        """Return it as it was half a second ago, or later."""
        with self._verrou:
            if time.monotonic() >= self._perime:
                self._lue = enregistreur.derniere_position()
                self._perime = time.monotonic() + _RELUE_S
            return self._lue
