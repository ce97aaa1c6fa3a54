"""The last streams read stay decoded: a fact never changes, so what was read of a stream need not be read again.

Only what came after is asked of the store, and the last fact known with it: when the store does not hold that very
fact any more (an older copy was put back), nothing of what is kept counts. A stream is kept from its second reading on:
what is read once, in passing, costs nothing and chases nothing away.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import EventStore, StoredEvent

from adapters.store.mapper import MapperFaits
from application.ports import EvenementStocke
from kernel.faits import Inscription
from kernel.illisible import Illisible

FAITS_GARDES = 4_000
"""Facts kept by one process, all streams together: about 10 MB."""
IDS_ENTREVUS = 10_000
"""Streams that were read once, by their ids."""

Fait = DomainEventProtocol[UUID]


@dataclass(frozen=True, slots=True)
class Flux:
    """A stream as it was last read: its facts, and the last of them as stored."""

    faits: tuple[Fait, ...]
    dernier: StoredEvent


class FluxGardes(EventStore[UUID]):
    """The library's event store, with a memory."""

    def __init__(self, *args: Any, gardes: int = FAITS_GARDES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gardes, self._nombre = gardes, 0
        self._flux: OrderedDict[UUID, Flux] = OrderedDict()
        self._entrevus: OrderedDict[UUID, None] = OrderedDict()
        self._verrou = threading.Lock()

    def get(
        self,
        originator_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Iterator[Fait]:
        """Return the facts of a stream; only the whole stream, in its order, is kept."""
        if gt is not None or lte is not None or desc or limit is not None:
            return super().get(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
        return iter(self._lire(originator_id))

    def _lire(self, identifiant: UUID) -> Sequence[Fait]:
        garde = self._flux.get(identifiant)
        if garde is not None:
            suite = self.recorder.select_events(identifiant, gt=garde.dernier.originator_version - 1)
            if suite and suite[0] == garde.dernier:
                if len(suite) == 1 and self._rafraichir(identifiant, garde):
                    return garde.faits
                return self._garder(identifiant, garde.faits, suite[1:], garde.dernier)
        lus = self.recorder.select_events(identifiant)
        if garde is None and self._entrevoir(identifiant):
            return self._decoder(lus)
        return self._garder(identifiant, (), lus, None)

    def _decoder(self, lus: Sequence[StoredEvent]) -> Sequence[Fait]:
        return cast(MapperFaits, self.mapper).lire_flux(cast(Sequence[EvenementStocke], lus))

    def _rafraichir(self, identifiant: UUID, garde: Flux) -> bool:
        """Count a stream that has nothing new as read last; False when it made room for another meanwhile."""
        with self._verrou:
            if self._flux.get(identifiant) is not garde:
                return False
            self._flux.move_to_end(identifiant)
            return True

    def _entrevoir(self, identifiant: UUID) -> bool:
        """Tell whether this is the first reading of a stream in a while, and take note of it."""
        with self._verrou:
            if identifiant in self._entrevus:
                del self._entrevus[identifiant]
                return False
            self._entrevus[identifiant] = None
            if len(self._entrevus) > IDS_ENTREVUS:
                self._entrevus.popitem(last=False)
            return True

    def _garder(
        self, identifiant: UUID, connus: tuple[Fait, ...], lus: Sequence[StoredEvent], dernier: StoredEvent | None
    ) -> tuple[Fait, ...]:
        """Keep a stream as the last one read, and return its facts; those read longest ago make room for it."""
        nouveaux = self._decoder(lus)
        faits = (*connus, *nouveaux)
        # what cannot be read now may be in a moment, once its kind of aggregate is imported: it is read again
        lisible = not any(isinstance(fait.fait, Illisible) for fait in cast(Sequence[Inscription], nouveaux))
        dernier = (lus[-1] if lus else dernier) if lisible else None
        with self._verrou:
            if (ancien := self._flux.pop(identifiant, None)) is not None:
                self._nombre -= len(ancien.faits)
            if dernier is not None:
                self._flux[identifiant] = Flux(faits, dernier)
                self._nombre += len(faits)
            while self._nombre > self._gardes:
                self._nombre -= len(self._flux.popitem(last=False)[1].faits)
        return faits
