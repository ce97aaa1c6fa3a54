"""Démarche Numérique, for an administrateur: how far each démarche is read, and what of it could not be taken."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from application.teleservice.distant import suites_dites
from web import dates
from web.gabarits import page
from web.portes import LesPortes

routes = APIRouter(include_in_schema=False)
MONTRES: Final = 200
"""Requests whose rejects a page shows; `diligence dn importer --rejets` writes all of them."""


@routes.get("/teleservices")
def teleservices(request: Request, portes: LesPortes) -> HTMLResponse:
    """Show each démarche ever read, and its rejects: what was answered is not kept."""
    reperes = portes.site.reperes
    demarches = [
        {
            "numero": repere.demarche,
            "finie": "jamais" if repere.finie_le is None else dates.moment(repere.finie_le),
            "lue": "depuis le début" if repere.depuis is None else dates.moment(repere.depuis),
            "panne": repere.panne,
            "total": reperes.compter_rejets(repere.demarche),
            "suites": suites_dites(suites.decisions, suites.messages),
            "rejetes": reperes.rejetes(repere.demarche, MONTRES),
        }
        for repere in reperes.tous()
        for suites in [reperes.suites(repere.demarche)]
    ]
    return page(request, "teleservices.html", demarches=demarches)
