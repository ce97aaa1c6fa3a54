"""The site and the API, in one process with the rest or alone. They only read: every act still goes by the command line."""

from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from application.services import Services
from bootstrap.lectures import Lectures
from bootstrap.reglages import Reglages
from web import acces, erreurs
from web.api import agregats, evenements
from web.api import lectures as api
from web.api.commun import ApplicationDecrite
from web.gabarits import STATIQUE
from web.pages import accueil, dossiers, elements, file, horloge
from web.portes import Avancer, Portes
from web.traces import Traces

HOTES_LOCAUX: Final = ("127.0.0.1", "localhost")


def creer(
    reglages: Reglages,
    services: Services,
    lectures: Lectures,
    hotes: Sequence[str] = HOTES_LOCAUX,
    *,
    avancer: Avancer | None = None,
) -> FastAPI:
    """Return the application of a store.

    There is no login and no act yet: whoever serves it must bind it to the local machine, whose names are `hotes`.
    `avancer` moves the clock of a rehearsal, for whoever reaches the site: give it on the local machine only.
    Handlers are plain functions: the framework runs each in a thread, where the store and the read models may block.
    """
    application = ApplicationDecrite(
        title="Diligence",
        summary="Lecture des dossiers, de leur histoire et de ce qui est attendu.",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    application.state.portes = Portes(reglages, services, lectures, avancer)
    acces.proteger(application, hotes)
    application.add_middleware(Traces)
    erreurs.installer(application)
    for routes in (
        api.routes,
        agregats.routes,
        evenements.routes,
        accueil.routes,
        file.routes,
        dossiers.routes,
        elements.routes,
        horloge.routes,
    ):
        application.include_router(routes)
    application.mount("/static", StaticFiles(directory=STATIQUE), name="static")
    return application
