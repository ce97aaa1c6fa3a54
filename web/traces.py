"""One line per answer, and an id shared by every line of a request: a route and a status, never what was looked for."""

import time
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.fraicheur import ADRESSE

log = structlog.get_logger()


class Traces:
    """Binds the ids at the edge; a geste adds its commande_id itself."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, then say it."""
        if scope["type"] != "http" or scope["path"] == ADRESSE:  # asked for ever, by every page that stays open
            await self._application(scope, receive, send)
            return
        debut, statut = time.perf_counter(), 500

        async def noter(message: Message) -> None:
            nonlocal statut
            if message["type"] == "http.response.start":
                statut = message["status"]
            await send(message)

        with structlog.contextvars.bound_contextvars(requete=str(uuid4())):
            try:
                await self._application(scope, receive, noter)
            finally:
                log.info(
                    "requete.servie",
                    methode=scope["method"],
                    route=getattr(scope.get("route"), "path", None),  # its template: the address itself may hold a name
                    statut=statut,
                    duree_ms=round(1000 * (time.perf_counter() - debut), 1),
                )
