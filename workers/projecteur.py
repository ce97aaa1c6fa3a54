"""The projector: keeps the read models at the head of the store."""

import asyncio
from typing import Final

import structlog

from readmodels.base import Lectures

ECOUTE_S: Final = 0.5
REPOS_S: Final = 1.0
log = structlog.get_logger()


class Projecteur:
    """Brings every projection up to date as facts come; the loss of a database only delays it."""

    def __init__(self, lectures: Lectures) -> None:
        self._lectures = lectures

    def un_tour(self) -> int:
        """Catch every projection up, once; return the lowest position reached."""
        return min(self._lectures.rattraper(nom) for nom in self._lectures.projections)

    async def servir(self, arret: asyncio.Event) -> None:
        """Project until `arret`."""
        while not arret.is_set():
            try:
                position = await asyncio.to_thread(self.un_tour)
                await asyncio.to_thread(self._lectures.source.attendre, position, ECOUTE_S)
            except Exception as erreur:
                log.error("projecteur.interrompu", erreur=type(erreur).__name__)
                await asyncio.sleep(REPOS_S)
