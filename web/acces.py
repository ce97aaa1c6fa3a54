"""What every answer says to the browser. There is no login yet: who serves this binds it to the local machine."""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, HTTPException, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.erreurs import dire

ENTETES: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SansCorps:
    """Answers HEAD as GET without its body: who watches a service, or checks a link, asks only that."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the whole answer, and send its beginning."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._application(scope, receive, send)
            return

        async def sans_corps(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._application({**scope, "method": "GET"}, receive, sans_corps)


def exiger_meme_origine(requete: Request) -> None:
    """Refuse what a page of another site makes a browser send; who is no browser says nothing of where it comes from."""
    site, origine = requete.headers.get("sec-fetch-site", "same-origin"), requete.headers.get("origin")
    ici = f"{requete.url.scheme}://{requete.headers.get('host')}"
    if site != "same-origin" or origine not in {None, ici}:
        raise HTTPException(HTTPStatus.FORBIDDEN)


def proteger(application: FastAPI, hotes: Sequence[str]) -> None:
    """Add the security headers, and refuse the names of other hosts: a page met elsewhere must not read this one."""
    noms = frozenset(hote.lower() for hote in hotes)

    @application.middleware("http")
    async def entetes(requete: Request, suite: Callable[[Request], Awaitable[Response]]) -> Response:
        nom = requete.headers.get("host", "").partition(":")[0].lower()
        if nom in noms:
            reponse = await suite(requete)
        else:
            reponse = dire(requete, HTTPStatus.BAD_REQUEST, f"Ce service ne répond pas au nom « {nom} ».")
        for nom, valeur in ENTETES.items():
            reponse.headers.setdefault(nom, valeur)
        if not requete.url.path.startswith("/static/"):
            reponse.headers.setdefault("Cache-Control", "no-store")
        return reponse

    application.add_middleware(SansCorps)
