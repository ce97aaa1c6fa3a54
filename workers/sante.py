"""What a supervisor asks of one process, over HTTP on this machine: is it at work, and how late is it?

Never « is the process there »: a frozen worker is there, answers nothing and polls nothing (reference: docs/exploitation.md).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters import serveur
from application.services import Services
from bootstrap.lectures import Lectures
from kernel.identifiants import BAIL_DU_RELAIS
from kernel.instants import Instant
from workers.voies import VOIES, nom_du_curseur
from workflows.suivis import FILES

SILENCE_S: Final = 90.0
"""A poller asks again at least every 70 s, when there is nothing to do."""
IMMOBILE_S: Final = 60.0
"""A position that has not moved for that long, though there is something to read, is stuck."""
REPONSE_S: Final = 5.0

Sonde = Callable[[], Awaitable[dict[str, Any]]]
"""Returns what is measured; `sain` tells whether it is as it should be."""
Metriques = Callable[[], Awaitable[bytes]]
"""Returns every measure, in the text format of Prometheus."""
TEXTE: Final = "text/plain; version=0.0.4; charset=utf-8"
SANS_CACHE: Final = {"Cache-Control": "no-store"}


class Demandeurs(Protocol):
    """Who knows when a process last asked for work."""

    async def dernieres_demandes(self, task_queue: str, identite: str) -> dict[str, Instant | None]: ...


class Immobilite:
    """Since when a value has not moved, on this process's own clock: those of the servers are not compared with it."""

    def __init__(self) -> None:
        self._vus: dict[str, tuple[object, float]] = {}

    def immobile_s(self, nom: str, valeur: object, *, au_bout: bool = False) -> float:
        """Return for how long; 0 when it has just moved, or has nowhere to go."""
        maintenant = time.monotonic()
        avant, depuis = self._vus.get(nom, (None, maintenant))
        if au_bout or valeur != avant:
            depuis = maintenant
        self._vus[nom] = (valeur, depuis)
        return round(maintenant - depuis, 1)


class SondeWorker:
    """Are our pollers alive, as the Temporal server sees them, on every task queue and for both kinds of work?"""

    def __init__(self, suivis: Demandeurs, identite: str) -> None:
        self._suivis, self._identite = suivis, identite
        self._mouvement = Immobilite()

    async def __call__(self) -> dict[str, Any]:
        """Ask the server when this process last polled."""
        files: dict[str, dict[str, Any]] = {}
        for task_queue in FILES:
            for travail, vu in (await self._suivis.dernieres_demandes(task_queue, self._identite)).items():
                muet = self._mouvement.immobile_s(f"{task_queue}/{travail}", vu)
                files[f"{task_queue}/{travail}"] = {"connu": vu is not None, "muet_depuis_s": muet}
        sain = all(f["connu"] and f["muet_depuis_s"] < SILENCE_S for f in files.values())
        return {"sain": sain, "processus": "worker", "identite": self._identite, "files": files}


class SondeRelais:
    """Do both lanes come to the head of the store, and is somebody relaying?"""

    def __init__(self, services: Services) -> None:
        self._enregistreur = services.store.enregistreur
        self._mouvement = Immobilite()

    async def __call__(self) -> dict[str, Any]:
        """Read the stored positions."""
        return await asyncio.to_thread(self._lire)

    def _lire(self) -> dict[str, Any]:
        curseurs = {voie: self._enregistreur.curseur(nom_du_curseur(voie)) for voie in VOIES}
        tete, bail = self._enregistreur.derniere_position(), self._enregistreur.bail_vivant(BAIL_DU_RELAIS)
        voies = {voie: _retard(self._mouvement, voie, position, tete) for voie, position in curseurs.items()}
        return {"sain": bail and _sains(voies), "processus": "relais", "store": tete, "bail": bail, "voies": voies}


class SondeProjecteur:
    """Is every projection at the head of the store, or going there?"""

    def __init__(self, lectures: Lectures) -> None:
        self._lectures = lectures
        self._mouvement = Immobilite()

    async def __call__(self) -> dict[str, Any]:
        """Read the positions."""
        return await asyncio.to_thread(self._lire)

    def _lire(self) -> dict[str, Any]:
        positions = {nom: self._lectures.position(nom) for nom in self._lectures.projections}
        tete = self._lectures.source.derniere_position()
        lues = {nom: _retard(self._mouvement, nom, position, tete) for nom, position in positions.items()}
        return {"sain": _sains(lues), "processus": "projecteur", "store": tete, "projections": lues}


class SondeWeb:
    """Does the store answer the process that answers people?"""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def __call__(self) -> dict[str, Any]:
        """Read the head of the store in a thread, as a page would."""
        tete = await asyncio.to_thread(self._services.store.enregistreur.derniere_position)
        return {"sain": True, "processus": "web", "store": tete}


class SondeEnsemble:
    """Every part of a process that runs several."""

    def __init__(self, **sondes: Sonde) -> None:
        self._sondes = sondes

    async def __call__(self) -> dict[str, Any]:
        """Ask each of them; one that cannot say is not well."""
        dits = await asyncio.gather(*(mesurer(sonde) for sonde in self._sondes.values()))
        parties = dict(zip(self._sondes, dits, strict=True))
        return {"sain": all(dit["sain"] for dit in dits), "processus": "servir", "parties": parties}


def _retard(mouvement: Immobilite, nom: str, position: int, tete: int) -> dict[str, Any]:
    immobile = mouvement.immobile_s(nom, position, au_bout=position == tete)
    return {"position": position, "retard": tete - position, "immobile_depuis_s": immobile}


def _sains(positions: dict[str, dict[str, Any]]) -> bool:
    return all(p["immobile_depuis_s"] < IMMOBILE_S for p in positions.values())


@asynccontextmanager
async def servir(sonde: Sonde, port: int | None, metriques: Metriques | None = None) -> AsyncIterator[str | None]:
    """Answer `GET /sante` on this machine until the block ends: 200 when all is well, else 503; no port, no answer.

    With `metriques`, `GET /metriques` answers what they measure, for Prometheus.

    Raises:
        PortPris: another program listens on that port.
    """
    if port is None:
        yield None
        return
    async with serveur.servir(_application(sonde, metriques), port) as servi:
        yield f"{servi.url}/sante"


def _application(sonde: Sonde, metriques: Metriques | None) -> Starlette:
    async def repondre(_: Request) -> Response:
        document = await mesurer(sonde)
        return JSONResponse(document, 200 if document["sain"] else 503, headers=SANS_CACHE)

    async def relever(_: Request) -> Response:
        assert metriques is not None
        try:
            return Response(await asyncio.wait_for(metriques(), REPONSE_S), headers=SANS_CACHE, media_type=TEXTE)
        except Exception as erreur:
            return JSONResponse({"erreur": type(erreur).__name__}, 503, headers=SANS_CACHE)

    return Starlette(routes=[Route("/sante", repondre), *([Route("/metriques", relever)] if metriques else [])])


async def mesurer(sonde: Sonde) -> dict[str, Any]:
    """Return what the probe says, or why it could say nothing in time."""
    try:
        return await asyncio.wait_for(sonde(), REPONSE_S)
    except Exception as erreur:
        return {"sain": False, "erreur": type(erreur).__name__}
