"""How a process lives: loops that run together until it is asked to stop, or until one of them ends by itself."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from threading import Timer
from typing import Any, Final

ARRET_S: Final = 28.0
"""Asked to stop, a process is given that long; then it leaves as a power cut would, and others take over."""
FIN_S: Final = 15.0
"""What a loop is given to end: a pass of reconciliation may be under way."""
FAUTE: Final = 1

Boucle = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""Runs until the event is set."""


async def dormir(arret: asyncio.Event, secondes: float) -> None:
    """Wait that long, or until asked to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(arret.wait(), secondes)


@asynccontextmanager
async def ensemble(*boucles: Boucle, fin_s: float | None = FIN_S) -> AsyncIterator[Sequence["asyncio.Task[None]"]]:
    """Run loops until the block ends; asked to stop, they are given `fin_s` seconds, then dropped where they wait."""
    arret = asyncio.Event()
    taches = [asyncio.create_task(boucle(arret)) for boucle in boucles]
    try:
        yield taches
    finally:
        arret.set()
        if fin_s != 0:
            await asyncio.wait(taches, timeout=fin_s)
        for tache in taches:
            tache.cancel()
        await asyncio.gather(*taches, return_exceptions=True)


async def tenir(arret: asyncio.Event, taches: Sequence["asyncio.Task[None]"]) -> None:
    """Return when asked to stop, or raise what made a part stop by itself."""
    attente = asyncio.create_task(arret.wait())
    finies, _ = await asyncio.wait([attente, *taches], return_when=asyncio.FIRST_COMPLETED)
    attente.cancel()
    for tache in taches:
        if tache in finies:
            tache.result()


def jusqu_au_signal(tourner: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until Ctrl-C or SIGTERM asks to stop, and not much longer: a thread that does not end must not hold the process."""
    garde = Timer(ARRET_S, os._exit, (FAUTE,))
    garde.daemon = True

    async def principal() -> None:
        arret, boucle = asyncio.Event(), asyncio.get_running_loop()

        def arreter() -> None:
            if not arret.is_set():
                arret.set()
                garde.start()

        for numero in (signal.SIGINT, signal.SIGTERM):
            boucle.add_signal_handler(numero, arreter)
        await tourner(arret)

    try:
        asyncio.run(principal())
    finally:
        garde.cancel()
