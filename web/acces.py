"""What every answer says to the browser. There is no login yet: who serves this binds it to the local machine."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from fastapi import FastAPI, Request, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware

ENTETES: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def proteger(application: FastAPI, hotes: Sequence[str]) -> None:
    """Add the security headers, and refuse the names of other hosts: a page met elsewhere must not read this one."""

    @application.middleware("http")
    async def entetes(requete: Request, suite: Callable[[Request], Awaitable[Response]]) -> Response:
        reponse = await suite(requete)
        for nom, valeur in ENTETES.items():
            reponse.headers.setdefault(nom, valeur)
        if not requete.url.path.startswith("/static/"):
            reponse.headers.setdefault("Cache-Control", "no-store")
        return reponse

    application.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hotes))
