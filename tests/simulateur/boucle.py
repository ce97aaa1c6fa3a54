"""An event loop that moves only when told, and where everything that leaves it is an operation for the scheduler."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any, Final, TypeVar

T = TypeVar("T")
Confier = Callable[[str, Callable[[], Any], "asyncio.Future[Any]"], None]
"""Hand an operation to the scheduler: its name, what it does, and the future that waits for its result."""
SANS_FIN: Final = 10_000
"""Callbacks of one turn after which nothing is said to come out of it."""


class BoucleSansFin(AssertionError):
    """What runs here goes round without ever waiting for anything."""


class Boucle(asyncio.AbstractEventLoop):
    """One per process or workflow: to forget it is to kill what ran in it."""

    def __init__(self, confier: Confier) -> None:
        self._confier = confier
        self._prets: deque[tuple[Context, Callable[..., object], tuple[Any, ...]]] = deque()
        self._conditions: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    def lancer(self, coroutine: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Start a task and run it until it waits for an operation."""
        tache = self.create_task(coroutine)
        self.tourner()
        return tache

    def tourner(self) -> None:
        """Run all that is ready, then whoever waits for a condition that holds, until nothing moves."""
        asyncio._set_running_loop(self)
        faits, prets = 0, self._prets
        try:
            while True:
                while prets:
                    contexte, appel, arguments = prets.popleft()
                    contexte.run(appel, *arguments)
                    faits += 1
                    if faits > SANS_FIN:
                        raise BoucleSansFin
                if self._conditions:
                    self._conditions = [c for c in self._conditions if not c[1].done() and not _liberer(*c)]
                if not prets:
                    return
        finally:
            asyncio._set_running_loop(None)

    def attendre(self, condition: Callable[[], bool]) -> "asyncio.Future[None]":
        """Return what is done once the condition holds (the `wait_condition` of a workflow)."""
        attente = self.create_future()
        self._conditions.append((condition, attente))
        return attente

    def demander(self, quoi: str, faire: Callable[[], T]) -> "asyncio.Future[T]":
        """Leave the loop: the scheduler does it when it likes."""
        attente = self.create_future()
        self._confier(quoi, faire, attente)
        return attente

    # what asyncio asks of a loop

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # type: ignore[override]
        return self.demander("fil", lambda: func(*args))

    def call_soon(self, callback: Any, *args: Any, context: Context | None = None) -> None:  # type: ignore[override]
        """Nobody cancels what is about to run: no handle is made for it."""
        self._prets.append((copy_context() if context is None else context, callback, args))

    def create_future(self) -> "asyncio.Future[Any]":
        return asyncio.Future(loop=self)

    def create_task(  # type: ignore[override]
        self, coro: Coroutine[Any, Any, T], *, name: str | None = None, context: Context | None = None
    ) -> "asyncio.Task[T]":
        return asyncio.Task(coro, loop=self, name=name or "simulee", context=context)

    def get_debug(self) -> bool:
        return False

    def time(self) -> float:
        return 0.0

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """A dead process complains to nobody; a living one is asked for its result."""


def _liberer(condition: Callable[[], bool], attente: "asyncio.Future[None]") -> bool:
    tient = condition()
    if tient:
        attente.set_result(None)
    return tient
