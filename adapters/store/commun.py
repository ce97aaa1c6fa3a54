"""What both recorders share: waiting for a fact, following the log, reading every stream, locks within a process."""

import gc
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from itertools import groupby
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast
from uuid import UUID
from weakref import WeakSet, WeakValueDictionary

from eventsourcing.persistence import ApplicationRecorder, InterfaceError, Notification, OperationalError, Subscription

from application.patience import au_plus
from application.ports import EvenementStocke
from kernel.instants import Instant

PAGE = 2000
"""Facts read at a time when the whole store is read."""
ATTENTE_VERROU_S = 15.0
"""How long a command waits for a hot stream before it fails."""
ESSAIS, REPRISE_S = 4, 0.25
"""A connection lost to the server is tried again for about a second: the time of a restart."""
ESSAI_S = 2.5
"""What an attempt may cost when nobody answers: who has less patience left gives up."""

P = ParamSpec("P")
R = TypeVar("R")


def reprendre_si_perdue(appel: Callable[P, R]) -> Callable[P, R]:
    """Try a call again when its connection was lost, as long as who calls may wait."""

    @wraps(appel)
    def appeler(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(ESSAIS - 1):
            try:
                return appel(*args, **kwargs)
            except (InterfaceError, OperationalError):
                if au_plus(ESSAI_S) < ESSAI_S:
                    raise
                time.sleep(REPRISE_S)
        return appel(*args, **kwargs)

    return appeler


@dataclass(frozen=True)
class NotificationDatee(Notification):
    """The library's notification (its `id` is the position), with the instant of recording."""

    enregistre_le: Instant | None = None


class Arrivees:
    """The last position this process knows of, and who waits for the next one."""

    def __init__(self) -> None:
        # entered by the lock itself, whose `with` nothing interrupts half-way: that of a condition is Python's own
        self._garde = threading.Lock()
        self._condition = threading.Condition(self._garde)
        self.derniere = 0

    def annoncer(self, position: int) -> None:
        """Tell those who wait that the store has a fact at that position."""
        if position > self.derniere:
            with self._garde:
                self.derniere = max(self.derniere, position)
                self._condition.notify_all()

    def recaler(self, position: int) -> None:
        """Take the store's word for its last position: it is lower after a restored backup or a failover."""
        with self._garde:
            self.derniere = position
            self._condition.notify_all()

    def attendre(self, position: int, delai_s: float) -> bool:
        """Return True as soon as a fact after `position` is known, False when the delay passed."""
        if self.derniere > position:
            return True
        with self._garde:
            return self._condition.wait_for(lambda: self.derniere > position, max(delai_s, 0.0))


if TYPE_CHECKING:
    _Base = ApplicationRecorder
else:
    _Base = object


class LecturesCommunes(_Base):
    """Readings written once for both engines, over three primitives."""

    @abstractmethod
    def attendre(self, position: int, delai_s: float) -> bool: ...
    @abstractmethod
    def derniere_position(self) -> int: ...
    @abstractmethod
    def page_de_flux(self, apres: tuple[UUID, int] | None, jusqu_a: int, limite: int) -> Sequence[EvenementStocke]:
        """Return the next facts in the order (stream, version), none of them after the position `jusqu_a`."""

    def max_notification_id(self) -> int:
        """Return the last position (the library's word for it)."""
        return self.derniere_position()

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Follow the log for ever, from after a position."""
        return Suite(self, gt, topics)

    def lire_flux_par_flux(self, jusqu_a: int | None = None) -> Iterator[tuple[UUID, Sequence[EvenementStocke]]]:
        """Yield every stream, whole, up to a position (by default the last one when reading starts).

        Read by pages, outside any transaction: a slow reader holds nothing, and what is stored meanwhile is left out.
        """
        limite = self.derniere_position() if jusqu_a is None else jusqu_a
        for identifiant, flux in groupby(self._tous(limite), key=lambda evenement: evenement.originator_id):
            yield cast(UUID, identifiant), list(flux)

    def lire_ces_flux(self, ids: Sequence[UUID]) -> Sequence[EvenementStocke]:
        """Return these streams, whole, each in its order."""
        return [cast(EvenementStocke, evenement) for id_ in ids for evenement in self.select_events(id_)]

    def _tous(self, jusqu_a: int) -> Iterator[EvenementStocke]:
        apres: tuple[UUID, int] | None = None
        while page := self.page_de_flux(apres, jusqu_a, PAGE):
            yield from page
            apres = (page[-1].originator_id, page[-1].originator_version)


class Suite(Subscription[ApplicationRecorder]):
    """A subscription without a thread: it reads the log, then waits for the next fact."""

    _SONDE_S = 0.1

    def __init__(self, recorder: LecturesCommunes, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._enregistreur = recorder
        self._vue = gt or 0
        self._lues: Iterator[Notification] = iter(())

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            if (suivante := next(self._lues, None)) is not None:
                return suivante
            self._lire()
        raise StopIteration

    def _lire(self) -> None:
        # the head is read first: a topic filter must not make us read again what it left out
        tete = self._enregistreur.derniere_position()
        if tete <= self._vue:
            self._enregistreur.attendre(self._vue, self._SONDE_S)
            return
        lot = self._enregistreur.select_notifications(self._vue, PAGE, tete, self._topics, inclusive_of_start=False)
        self._vue = lot[-1].id if len(lot) == PAGE else tete
        self._lues = iter(lot)


class Passage:
    """Who is inside, for as long as it lives: what an exception swept away, wherever it came, holds nothing any more."""

    def __init__(self, verrou: "VerrouDeProcessus", quoi: object, delai_s: float) -> None:
        self._verrou, self._quoi, self._delai_s = verrou, quoi, delai_s

    def __enter__(self) -> None:
        try:
            self._verrou.entrer(self, self._quoi, self._delai_s)
        except BaseException:
            self._verrou.sortir(self)
            raise

    def __exit__(self, *_: object) -> None:
        self._verrou.sortir(self)


class VerrouDeProcessus:
    """Given up when nobody gets in any more, however long one waits while others do: a busy machine is slow."""

    _SONDE_S = 0.1
    """How often one looks whether who is inside still lives; who leaves says so at once."""

    def __init__(self, places: int = 1) -> None:
        self._garde = threading.RLock()  # what a collection closes gives its place back in this very thread
        self._change = threading.Condition(self._garde)
        self._dedans: WeakSet[Passage] = WeakSet()
        self._places, self._passages = places, 0

    def tenir(self, quoi: object, delai_s: float) -> Passage:
        """Hold it for a block, or fail with OperationalError when nobody got in for the delay."""
        return Passage(self, quoi, delai_s)

    def sortir(self, passage: Passage) -> None:
        """Leave room for who waits."""
        with self._garde:
            self._dedans.discard(passage)
            self._change.notify()

    def entrer(self, passage: Passage, quoi: object, delai_s: float) -> None:
        """Wait for room."""
        with self._garde:
            vus, fin, balaye = self._passages, time.monotonic() + au_plus(delai_s), False
            while len(self._dedans) >= self._places:
                reste = fin - time.monotonic()
                if reste <= 0:
                    if self._passages == vus or not au_plus(delai_s):
                        raise OperationalError(f"{quoi} was locked for {delai_s} s by one command of this process")
                    vus, fin = self._passages, time.monotonic() + au_plus(delai_s)
                if not self._change.wait(min(max(reste, 0), self._SONDE_S)) and not balaye:
                    balaye = True
                    gc.collect()  # whom an exception swept away may still stand in a cycle of its own frames
            self._passages += 1
            self._dedans.add(passage)


class VerrousDeProcessus:
    """One lock per name, made when someone wants it and forgotten when nobody does."""

    def __init__(self) -> None:
        self._garde = threading.Lock()
        self._verrous: WeakValueDictionary[Any, VerrouDeProcessus] = WeakValueDictionary()

    @contextmanager
    def tenir(self, nom: Any, delai_s: float = ATTENTE_VERROU_S) -> Iterator[None]:
        """Hold the lock of that name."""
        with self._garde:
            verrou = self._verrous[nom] = self._verrous.get(nom) or VerrouDeProcessus()
        with verrou.tenir(f"stream {nom}", delai_s):
            yield
