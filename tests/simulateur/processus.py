"""What runs in the world: processes that die, operations they ask for; and nothing of the real clock."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import accumulate, count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import structlog

from tests.simulateur.boucle import Boucle
from tests.simulateur.pannes import COUPURES, Pannes

if TYPE_CHECKING:
    from tests.simulateur.monde import Monde


class Violation(BaseException):
    """An invariant does not hold; the message names the seed. Not an `Exception`: nothing in the engine may catch it."""


@dataclass(slots=True)
class Operation:
    """Something somebody wants done, whenever the scheduler likes."""

    processus: str
    quoi: str
    faire: Callable[[], Any]
    attente: "asyncio.Future[Any] | None"


class Processus:
    """A process with one task under way at most: a relay, the reconciliation."""

    def __init__(self, monde: "Monde", nom: str, naitre: Callable[[], Callable[[], Coroutine[Any, Any, Any]]]) -> None:
        self.monde, self.nom, self._naitre = monde, nom, naitre
        self.tache: asyncio.Task[Any] | None = None
        self.resultat: Any = None
        self.renaitre()

    def renaitre(self) -> None:
        """Start anew, with nothing in memory."""
        self.boucle = Boucle(  # type: ignore[abstract]
            lambda quoi, faire, attente: self.monde.confier(self.nom, quoi, faire, attente)
        )
        self.tache, self._tour = None, self._naitre()

    @property
    def occupe(self) -> bool:
        return self.tache is not None

    def lancer(self) -> None:
        """Start a turn."""
        self.tache = self.boucle.lancer(self._tour())
        self.relever()

    def relever(self) -> None:
        """Take the result of a turn that ended; an outage is outlived."""
        if self.tache is None or not self.tache.done():
            return
        tache, self.tache = self.tache, None
        erreur = tache.exception()
        if erreur is None:
            self.resultat = tache.result()
            return
        self.monde.excuser(erreur)
        self.renaitre()


@contextmanager
def sans_hasard(pannes: Pannes, excuser: Callable[[BaseException], None], couper: Callable[[], None]) -> Iterator[None]:
    """Nothing reads a real clock nor sleeps; logs go nowhere, but for what the safety net says it outlived; named points are armed."""

    def montre(imprevu: str, de: float) -> SimpleNamespace:
        """A monotonic clock that hardly moves, but for what the dice say."""
        instants = accumulate(de if pannes.tire(imprevu) else 0.001 for _ in count())
        return SimpleNamespace(monotonic=lambda: next(instants), sleep=lambda _: None)

    def survivre(*_: Any, **__: Any) -> None:
        excuser(cast(BaseException, sys.exception()))

    filet = SimpleNamespace(info=_rien, warning=_rien, exception=survivre)
    avant = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        with (
            patch("activities.executer.time", montre("activite_lente", 3.0)),
            patch("workers.relais.time", montre("flux_lent", 0.2)),
            patch("workers.reconciliation.time", montre("", 0.0)),
            patch("workers.reconciliation.log", filet),
            patch.multiple("application.journal._AuPremierMot", create=True, info=_rien, warning=_rien),
            patch("structlog.contextvars.bound_contextvars", lambda **_: nullcontext()),
            patch.dict("kernel.pannes._armees", dict.fromkeys(COUPURES, couper)),
            patch("application.store.time", montre("", 0.0)),
        ):
            yield
    finally:
        structlog.configure(**avant)


def _rien(*_: Any, **__: Any) -> None:
    """Say nothing."""
