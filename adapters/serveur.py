"""An HTTP server in somebody else's loop: it leaves signals alone, finds a free port, and stops cleanly."""

import asyncio
import math
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

import structlog
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from kernel.refus import Refus
from kernel.systeme import raison_du_systeme

HOTE: Final = "127.0.0.1"
"""Nobody else than this machine is served, unless one says so: `web.exposition` says what that asks for."""

ARRET_S: Final = 2
"""Seconds given to the answers under way when it stops."""
REQUETE_S: Final = 10.0
"""Seconds given to a request to be received whole."""
CONNEXIONS_MAX: Final = 256
"""Connections at once, far under the 1,024 files that a process may open at most in many places."""
FILE_D_ATTENTE: Final = 64
"""Connections accepted in one go, before any is bounded."""
SANS_FICHIERS: Final = "socket.accept() out of system resource"
SILENCE_S: Final = 60.0
"""Seconds between two times that it is said."""
log = structlog.get_logger()


class PortPris(Refus, code="port_pris"):
    """Another program already listens there."""


@dataclass(frozen=True, slots=True)
class Servi:
    """An application, being served. `tache` ends when it stops, by itself or not."""

    url: str
    tache: "asyncio.Task[None]"


class _Connexion(H11Protocol):
    """A connection that says in time what it wants, or is cut: held half-open, a thousand would stop the site."""

    _limite: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library's own
        """Start its patience; beyond the bound, the one that has been waited for the longest makes room."""
        super().connection_made(transport)
        self._veiller()
        if len(self.connections) > CONNEXIONS_MAX:
            autres = (c for c in self.connections if isinstance(c, _Connexion) and c._attendue is not None)
            min(autres, key=_Connexion._jusqu_a, default=self).couper()

    def data_received(self, data: bytes) -> None:
        """Take a piece of a request: the patience is for the whole of it."""
        super().data_received(data)
        self._veiller()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget its patience."""
        self._oublier()
        super().connection_lost(exc)

    def couper(self) -> None:
        """Give its place back at once, without a word."""
        self._oublier()
        self._unset_keepalive_if_required()
        self.connections.discard(self)
        self.transport.abort()

    def _veiller(self) -> None:
        demande: RequestResponseCycle | None = self.cycle  # none before the first
        if demande is not None and not (demande.more_body or demande.response_complete):  # it is for us to speak
            self._oublier()
        elif self._limite is None:
            self._limite = self.loop.call_later(REQUETE_S, self.couper)

    def _oublier(self) -> None:
        if self._limite is not None:
            self._limite.cancel()
            self._limite = None

    @property
    def _attendue(self) -> asyncio.TimerHandle | None:
        """What will cut it, while it is for the other side to speak: during a request, or between two."""
        return self._limite or self.timeout_keep_alive_task

    def _jusqu_a(self) -> float:
        return self._attendue.when() if self._attendue is not None else math.inf


class _SansDeluge:
    """Says once in a while that no connection can be accepted: asyncio says it at each try, thousands of times a second."""

    def __init__(self) -> None:
        self._dit = -math.inf

    def __call__(self, boucle: asyncio.AbstractEventLoop, contexte: dict[str, Any]) -> None:
        """Handle what nobody caught in the loop."""
        if contexte.get("message") != SANS_FICHIERS:
            boucle.default_exception_handler(contexte)
        elif boucle.time() - self._dit >= SILENCE_S:
            self._dit = boucle.time()
            log.error("serveur.sans_fichiers", erreur=str(contexte.get("exception")))


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
        proxy_headers=False,  # by default whoever is on this machine would be believed of whom it speaks for
        http=_Connexion,
        backlog=FILE_D_ATTENTE,
        timeout_graceful_shutdown=ARRET_S,
    )
    asyncio.get_running_loop().set_exception_handler(_SansDeluge())
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
