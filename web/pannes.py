"""What fails while a page is made: the base or the disk away (503, and it comes back by itself), or a fault of ours."""

from http import HTTPStatus

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.systeme import est_une_panne, raison
from web.erreurs import CHEMINS, dire, dire_sans_base

log = structlog.get_logger()
REPRENDRE_S = "10"
"""When a program may ask again."""
EN_PANNE = "La base ou le disque ne répond pas. Rien n’a été modifié à moitié : réessayez dans un instant."


class Pannes:
    """Answers in the place of what failed before it began to answer, so that headers are on that answer too."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or say that it could not be."""
        commencee = False

        async def noter(message: Message) -> None:
            nonlocal commencee
            commencee = True
            await send(message)

        try:
            await self._application(scope, receive, noter)
        except Exception as erreur:
            if commencee or scope["type"] != "http":
                raise
            requete = Request(scope)
            if est_une_panne(erreur):
                log.error("web.panne", pourquoi=raison(erreur))
                reponse = dire_sans_base(requete, HTTPStatus.SERVICE_UNAVAILABLE, EN_PANNE)
                reponse.headers["Retry-After"] = REPRENDRE_S
            else:
                log.exception("web.faute")
                statut = HTTPStatus.INTERNAL_SERVER_ERROR
                reponse = dire(requete, statut, CHEMINS[statut])
            await reponse(scope, receive, send)
