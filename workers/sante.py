"""What a supervisor asks of one process, over HTTP on this machine: is it at work, and how late is it?

Never « is the process there »: a frozen worker is there, answers nothing and polls nothing (reference: docs/exploitation.md).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
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


Demandes = Callable[[str, str], Awaitable[dict[str, Instant | None]]]
"""Returns when a process last asked for work: `SuivisTemporal.dernieres_demandes`."""
Ecarts = Callable[[], Awaitable[list[dict[str, Any]]]]
"""Returns how clocks disagree: `workers.horloges.desaccord`."""


async def _aucun() -> list[dict[str, Any]]:
    return []


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

    def lire(self, positions: Mapping[str, int], tete: int) -> tuple[bool, dict[str, dict[str, Any]]]:
        """Return whether all of these readers are at the head of the store or going there, and what each does."""
        lus = {
            nom: {
                "position": position,
                "retard": tete - position,
                "immobile_depuis_s": self.immobile_s(nom, position, au_bout=position == tete),
            }
            for nom, position in positions.items()
        }
        return all(lu["immobile_depuis_s"] < IMMOBILE_S for lu in lus.values()), lus


def sonde_worker(demandes: Demandes, identite: str, ecarts: Ecarts = _aucun) -> Sonde:
    """Are our pollers alive, as the Temporal server sees them, on every task queue and for both kinds of work?

    `ecarts` tells whether its clock is not the store's.
    """
    mouvement = Immobilite()

    async def lire() -> dict[str, Any]:
        files: dict[str, dict[str, Any]] = {}
        for task_queue in FILES:
            for travail, vu in (await demandes(task_queue, identite)).items():
                muet = mouvement.immobile_s(f"{task_queue}/{travail}", vu)
                files[f"{task_queue}/{travail}"] = {"connu": vu is not None, "muet_depuis_s": muet}
        desaccords = await ecarts()
        sain = not desaccords and all(f["connu"] and f["muet_depuis_s"] < SILENCE_S for f in files.values())
        return {"sain": sain, "processus": "worker", "identite": identite, "files": files, "horloges": desaccords}

    return lire


def sonde_relais(services: Services) -> Sonde:
    """Do both lanes come to the head of the store, and is somebody relaying?"""
    enregistreur, mouvement = services.store.enregistreur, Immobilite()

    def lire() -> dict[str, Any]:
        positions = {voie: enregistreur.curseur(nom_du_curseur(voie)) for voie in VOIES}
        tete, bail = enregistreur.derniere_position(), enregistreur.bail_vivant(BAIL_DU_RELAIS)
        avancent, voies = mouvement.lire(positions, tete)
        return {"sain": bail and avancent, "processus": "relais", "store": tete, "bail": bail, "voies": voies}

    return partial(asyncio.to_thread, lire)


def sonde_projecteur(lectures: Lectures) -> Sonde:
    """Is every projection at the head of the store, or going there?"""
    mouvement = Immobilite()

    def lire() -> dict[str, Any]:
        positions = {nom: lectures.position(nom) for nom in lectures.projections}
        tete = lectures.source.derniere_position()
        avancent, lues = mouvement.lire(positions, tete)
        return {"sain": avancent, "processus": "projecteur", "store": tete, "projections": lues}

    return partial(asyncio.to_thread, lire)


def sonde_web(services: Services) -> Sonde:
    """Does the store answer the process that answers people? Asked in a thread, as a page would."""

    def lire() -> dict[str, Any]:
        return {"sain": True, "processus": "web", "store": services.store.derniere_position()}

    return partial(asyncio.to_thread, lire)


def sonde_ensemble(**sondes: Sonde) -> Sonde:
    """Is every part of a process that runs several well? One that cannot say is not."""

    async def lire() -> dict[str, Any]:
        dits = await asyncio.gather(*map(mesurer, sondes.values()))
        parties = dict(zip(sondes, dits, strict=True))
        return {"sain": all(dit["sain"] for dit in dits), "processus": "servir", "parties": parties}

    return lire


@asynccontextmanager
async def servir(sonde: Sonde, port: int | None, metriques: Metriques | None = None) -> AsyncIterator[str | None]:
    """Answer `GET /sante` on this machine, under its own names, until the block ends: 200 when all is well, else 503.

    No port, no answer. With `metriques`, `GET /metriques` answers what they measure, for Prometheus.

    Raises:
        PortPris: another program listens on that port.
    """
    if port is None:
        yield None
        return

    async def repondre(_: Request) -> Response:
        document = await mesurer(sonde)
        return JSONResponse(document, 200 if document["sain"] else 503, headers=SANS_CACHE)

    async def relever(_: Request) -> Response:
        assert metriques is not None
        try:
            return Response(await asyncio.wait_for(metriques(), REPONSE_S), headers=SANS_CACHE, media_type=TEXTE)
        except Exception as erreur:
            return JSONResponse({"erreur": type(erreur).__name__}, 503, headers=SANS_CACHE)

    routes = [Route("/sante", repondre), *([Route("/metriques", relever)] if metriques else [])]
    noms = Middleware(TrustedHostMiddleware, allowed_hosts=(serveur.HOTE, "localhost"))
    async with serveur.servir(Starlette(routes=routes, middleware=[noms]), port) as servi:
        yield f"{servi.url}/sante"


async def mesurer(sonde: Sonde) -> dict[str, Any]:
    """Return what the probe says, or why it could say nothing in time."""
    try:
        return await asyncio.wait_for(sonde(), REPONSE_S)
    except Exception as erreur:
        return {"sain": False, "erreur": type(erreur).__name__}
