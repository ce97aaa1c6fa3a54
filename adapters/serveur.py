"""An HTTP server in somebody else's loop: it leaves signals alone, finds a free port, and stops cleanly."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp

from kernel.refus import Refus
from kernel.systeme import raison_du_systeme

HOTE: Final = "127.0.0.1"
"""There is no login: nobody else than this machine is served, unless a proxy that asks who you are stands before it."""

ARRET_S: Final = 2
"""Seconds given to the answers under way when it stops."""


class PortPris(Refus, code="port_pris"):
    """Another program already listens there."""


@dataclass(frozen=True, slots=True)
class Servi:
    """An application, being served. `tache` ends when it stops, by itself or not."""

    url: str
    tache: "asyncio.Task[None]"


class _Serveur(uvicorn.Server):
    """Signals belong to whoever runs all the parts, in order."""

    capture_signals: Any = nullcontext


@asynccontextmanager
async def servir(application: ASGIApp, port: int = 0, hote: str = HOTE) -> AsyncIterator[Servi]:
    """Serve until the block ends; port 0 is any free one. It answers when the block starts.

    Raises:
        PortPris: Another program listens on that port, or that address is not ours.
    """
    prise = _ecouter(hote, port)
    options = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=ARRET_S,
    )
    serveur = _Serveur(options)
    tache = asyncio.create_task(serveur.serve(sockets=[prise]))
    try:
        while not serveur.started and not tache.done():
            await asyncio.sleep(0.005)
        if tache.done():
            tache.result()
        yield Servi(f"http://{hote}:{prise.getsockname()[1]}", tache)
    finally:
        serveur.should_exit = True
        await asyncio.gather(tache, return_exceptions=True)
        prise.close()


def exiger_libre(port: int, hote: str = HOTE) -> None:
    """Refuse with PortPris when the site could not listen there."""
    _ecouter(hote, port).close()


def _ecouter(hote: str, port: int) -> socket.socket:
    """Listen on an IPv4 address or the name of one."""
    prise = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        prise.bind((hote, port))
    except OSError as erreur:
        prise.close()
        raise PortPris(
            f"Le port {port} de {hote} n’est pas libre ({raison_du_systeme(erreur)}).", port=port, hote=hote
        ) from None
    return prise
