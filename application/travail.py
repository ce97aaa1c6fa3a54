"""What the site keeps of the work under way of each agent: drafts, batches, views of the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from kernel.instants import Instant
from kernel.refus import Refus

DUREE_DE_BROUILLON: Final = timedelta(hours=24)
"""How long what was typed and not sent waits for whoever typed it."""
BAIL: Final = timedelta(seconds=15)
"""How long who does a batch keeps it without doing a row: another may then go on."""


DUREE_D_UN_BROUILLON_GARDE: Final = timedelta(days=90)
"""How long a draft that its agent keeps waits since it was last kept: the time of a call. A choice of the service."""


class BrouillonInvalide(Refus, code="brouillon_invalide"):
    """An agent keeps a bounded number of drafts."""


@dataclass(frozen=True, slots=True)
class BrouillonGarde:
    """A draft that its agent keeps: what tells it from the others, since when, and until when."""

    id: UUID
    titre: str
    garde_le: Instant
    expire_le: Instant


class Brouillons(Protocol):
    """What agents typed and did not send: for a day, unless they keep it."""

    def garder(self, agent: str, corps: str) -> UUID:
        """Keep what an agent typed; return its id."""

    def lire(self, agent: str, brouillon: UUID) -> str | None:
        """Return what that agent typed, None when it is another's or too old."""

    def oublier(self, agent: str, brouillon: UUID) -> None:
        """Let it go: it was sent, or is wanted no more."""

    def conserver(self, agent: str, titre: str, corps: str, brouillon: UUID | None) -> UUID:
        """Keep a draft, in the place of another of that agent when one is named; return its id. Refuse with BrouillonInvalide."""

    def conserves(self, agent: str) -> Sequence[BrouillonGarde]:
        """Return those an agent keeps, the last kept first."""


class LotInconnu(Refus, code="lot_inconnu"):
    """No batch of that agent has this id."""

    def __init__(self) -> None:
        super().__init__("Ce lot n’est pas de ceux que vous avez préparés.")


class Issue(StrEnum):
    """What came of a row."""

    FAITE = "faite"
    REFUSEE = "refusee"


class LigneTraitee(NamedTuple):
    """What came of the row of that rank, and why when it was refused."""

    rang: int
    issue: Issue
    message: str


@dataclass(frozen=True, slots=True)
class LigneDeLot:
    """A row: what it is done on, as it was seen, and what came of it."""

    rang: int
    ref: str
    version: int
    commande_id: UUID
    issue: Issue | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Lot:
    """A batch. `valeurs` are the fields of its geste, the same for each row; None: not confirmed yet."""

    id: UUID
    agent: str
    geste: str
    valeurs: Mapping[str, Any] | None
    lignes: Sequence[LigneDeLot]
    tenu: bool
    """Somebody is doing it at this moment."""

    @property
    def fini(self) -> bool:
        """Tell whether each row has its issue."""
        return all(ligne.issue for ligne in self.lignes)


class Lots(Protocol):
    """The batches of each agent; what was typed is sealed by the coffre."""

    def preparer(self, agent: str, geste: str, choisis: Sequence[tuple[str, int]]) -> UUID:
        """Keep a selection, by reference and version seen; return its id."""

    def lire(self, agent: str, lot: UUID) -> Lot:
        """Return it, or refuse with LotInconnu."""

    def confirmer(self, agent: str, lot: UUID, valeurs: Mapping[str, Any]) -> None:
        """Keep what is done on each row; what was confirmed first stays."""

    def prendre(self, lot: UUID) -> bool:
        """Keep it for oneself a while; False when somebody is doing it."""

    def noter(self, lot: UUID, resultats: Sequence[LigneTraitee]) -> None:
        """Note what came of these rows, and keep the batch a while more."""

    def rendre(self, lot: UUID) -> None:
        """Let it go."""

    def de(self, agent: str) -> Sequence[Lot]:
        """Return those of an agent, the last first."""


class VueInvalide(Refus, code="vue_invalide"):
    """A view has a name, and an agent keeps a bounded number of them."""


@dataclass(frozen=True, slots=True)
class VueGardee:
    """A question asked of the queue, by the name an agent gave it."""

    id: UUID
    nom: str
    demande: str
    """The query of its address, without what was read."""


class Vues(Protocol):
    """The views of each agent."""

    def de(self, agent: str) -> Sequence[VueGardee]:
        """Return them, by name."""

    def garder(self, agent: str, nom: str, demande: str) -> None:
        """Keep one; another of the same name is replaced. Refuse with VueInvalide."""

    def oter(self, agent: str, vue: UUID) -> None:
        """Let one go; silent when there is none."""
