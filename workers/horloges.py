"""The clocks that must agree: the store's with its last recording, Temporal's with the store's (ADR 0027)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from application.services import Services
from kernel.horloges import concorde
from kernel.instants import Instant, rfc3339
from workers.rapport import Genre

ACCORD: Final = timedelta(minutes=5)
"""Timers ring by Temporal's clock and facts are dated by the store's: further apart, one of the two is wrong."""

SONDE_S: Final = 2.0
"""How long one waits to be told the time."""


def horloge_suspecte(services: Services) -> list[dict[str, Any]]:
    """Return that the store's clock does not agree with its last recording: the engine waits, and soon people too."""
    enregistreur = services.store.enregistreur
    horloge, tete = enregistreur.maintenant(), enregistreur.tete_le()
    if tete is None or enregistreur.est_repetition() or concorde(horloge, tete, enregistreur.saut_maximal):
        return []
    return [{"genre": Genre.HORLOGE_SUSPECTE, "horloge": rfc3339(horloge), "tete": rfc3339(tete)}]


async def desaccord(services: Services, heure: Callable[[], Awaitable[Instant]]) -> list[dict[str, Any]]:
    """Return that Temporal's clock (`heure`) is not the store's; a rehearsal has its own, which stands still."""
    if services.store.enregistreur.est_repetition():
        return []
    from temporalio.service import RPCError  # only here: without an engine there is no Temporal to load

    try:
        async with asyncio.timeout(SONDE_S):
            la_bas = await heure()
    except (RPCError, TimeoutError):
        return []  # it does not answer: those who need it say so
    ici = await asyncio.to_thread(services.maintenant)
    if abs(la_bas - ici) <= ACCORD:
        return []
    return [{"genre": Genre.HORLOGES_DESACCORDEES, "temporal": rfc3339(la_bas), "horloge": rfc3339(ici)}]
