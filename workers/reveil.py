"""How a follow-up is woken: a plain signal when it runs, a start only when the engine has something to do."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from functools import partial
from typing import Protocol

from application.consultations.attendu import situation
from application.services import Services
from application.store import sauf_illisible
from workflows.contrats import Diagnostic, Suivi
from workflows.suivis import SUIVIS


class Suivis(Protocol):
    """What is asked of Temporal; `adapters.temporal.SuivisTemporal`, and a fake that tests count on."""

    async def signaler(self, suivi: Suivi) -> bool: ...
    async def demarrer(self, suivi: Suivi) -> None: ...
    def en_cours(self, attend_de: str | None = None) -> AsyncIterator[tuple[str, int]]: ...
    async def diagnostiquer(self, identifiant: str) -> Diagnostic | None: ...
    async def en_attente(self, task_queue: str) -> int: ...


class Reveilleur:
    """Wakes follow-ups; `fils` runs the readings of the store off the event loop."""

    def __init__(self, services: Services, suivis: Suivis, fils: Executor | None = None) -> None:
        self._services = services
        self._suivis = suivis
        self._fils = fils

    async def reveiller(self, suivi: Suivi) -> bool:
        """Wake the follow-up of an aggregate, starting it if need be; False when none is needed.

        A first version is new: asking who follows it would be a call for nothing. Before a start the state is read: an
        aggregate that only awaits people needs no clock, and a start costs ten times a reading. One that cannot be read
        is followed: nothing would be told when a newer program is installed, and its step tries again until then.
        """
        if suivi.agregat not in SUIVIS:
            return False
        if suivi.version > 1 and await self._suivis.signaler(suivi):
            return True
        if not await asyncio.get_running_loop().run_in_executor(self._fils, self._a_suivre, suivi):
            return False
        await self._suivis.demarrer(suivi)
        return True

    def _a_suivre(self, suivi: Suivi) -> bool:
        vue = sauf_illisible(partial(situation, self._services.store, suivi.agregat, suivi.id))
        return vue is None or bool(vue.dus)
