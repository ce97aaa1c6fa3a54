"""What the site keeps of webhooks: where the facts are told, and what is still to be delivered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the facts are told as they are recorded; two secrets sign during a rotation, the new one first."""

    id: UUID
    url: str
    secrets: tuple[str, ...] = field(repr=False)
    position: int
    """Of the last fact put among what is to be delivered."""
    cree_par: str
    cree_le: Instant
    revoque_le: Instant | None


@dataclass(frozen=True, slots=True)
class Livraison:
    """One fact to be told to one webhook, on the clock of the machine."""

    webhook: UUID
    position: int
    agregat: UUID
    essais: int
    depuis: Instant | None
    """When it was first tried."""
    prochain_le: Instant | None
    """When it is tried again; None when it was delivered, or is dead."""
    statut: str
    """What the last attempt met: the status of the answer, or why there was none."""
    livree_le: Instant | None
    morte_le: Instant | None


class Livraisons(Protocol):
    """Webhooks and what is to be delivered to them."""

    def maintenant(self) -> Instant: ...
    def creer(self, url: str, cree_par: str, position: int) -> Webhook:
        """Tell an address the facts recorded after a position; its secret is that of the webhook returned."""

    def tous(self) -> Sequence[Webhook]:
        """Return every webhook ever made, the last first."""

    def lire(self, webhook: UUID) -> Webhook | None: ...
    def tourner(self, webhook: UUID, *, finir: bool) -> None:
        """Draw a second secret, both signing meanwhile; or, to `finir`, forget the former one."""

    def revoquer(self, webhook: UUID) -> None: ...
    def inscrire(self, webhook: UUID, faits: Iterable[tuple[int, UUID]], position: int) -> None:
        """Put facts (position, aggregate) among what is to be delivered; those up to `position` are then known."""

    def a_livrer(self, webhook: UUID, limite: int) -> Sequence[Livraison]:
        """Return the first delivery that each aggregate waits for, the one to be tried first before the others."""

    def noter(self, livraison: Livraison) -> None:
        """Keep what came of an attempt."""

    def de(self, webhook: UUID) -> Sequence[Livraison]:
        """Return what is not delivered, dead or still tried, in order."""

    def rejouer(self, webhook: UUID, position: int | None) -> int:
        """Try again what is dead, or the one fact of that position, even delivered; return how many."""
