"""What the site keeps beside the store: who is signed in. Losing it signs everybody out; the facts stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

from kernel.instants import Instant

DUREE_DE_SESSION: Final = timedelta(hours=8)
"""A day of work; a choice of the service (ADR 0030), counted from the signing in, whatever is done meanwhile."""


@dataclass(frozen=True, slots=True)
class Session:
    """An agent signed in on one browser, on the clock of the machine: that of a rehearsal stands still."""

    id: UUID
    agent: str
    ouverte_le: Instant
    expire_le: Instant


class Sessions(Protocol):
    """Who is signed in; a secret is only known to its browser."""

    def ouvrir(self, agent: str) -> str:
        """Sign an agent in; return the secret of its browser."""

    def lire(self, secret: str) -> Session | None:
        """Return the session of a secret while it lasts."""

    def de(self, agent: str) -> Sequence[Session]:
        """Return the sessions of an agent, the last opened first."""

    def fermer(self, agent: str, session: UUID) -> None:
        """End a session of an agent; silent when there is none."""


@dataclass(frozen=True)
class Site:
    """The doors of what the site keeps, one for each noun."""

    store_id: str
    """The store it stands beside: what is kept here, and given to browsers, is worth nothing before another."""
    sessions: Sessions
