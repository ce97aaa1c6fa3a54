"""The accounts, for an administrateur: who has one, inviting, resetting, ending the sessions of somebody else."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from application import comptes, mots
from application.habilitations import agents_de_l_institution
from kernel.refus import Refus
from web.corps import PETIT
from web.gabarits import page
from web.personne import LaPersonne
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False, max_body_size=PETIT)


@routes.get("/comptes")
def tous(request: Request, portes: LesPortes) -> HTMLResponse:
    """Show each agent and its account."""
    return _page(request, portes)


@routes.post("/comptes/{agent}/inviter")
def inviter(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    agent: str,
    courriel: Annotated[str, Form(max_length=320)] = "",
) -> HTMLResponse:
    """Open an account, and show its link once: nothing else ever shows it."""
    try:
        secret = comptes.inviter(portes.services, portes.site, agent, courriel, personne.login)
    except Refus as refus:
        return _page(request, portes, refus=refus.message, statut=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, portes, agent=agent, lien=_lien(request, secret))


@routes.post("/comptes/{agent}/reinitialiser")
def reinitialiser(request: Request, portes: LesPortes, personne: LaPersonne, agent: str) -> HTMLResponse:
    """Forget how an agent signs in, end its sessions, and show a new link once."""
    secret = comptes.reinitialiser(portes.site, agent, personne.login)
    return _page(request, portes, agent=agent, lien=_lien(request, secret))


@routes.post("/comptes/{agent}/fermer")
def fermer(portes: LesPortes, agent: str) -> Response:
    """End every session of an agent."""
    portes.site.sessions.fermer(agent)
    return RedirectResponse("/comptes", HTTPStatus.SEE_OTHER)


def _lien(request: Request, secret: str) -> str:
    return f"{request.url.scheme}://{request.headers['host']}/invitation/{secret}"


def _page(
    request: Request,
    portes: Portes,
    *,
    agent: str = "",
    lien: str = "",
    refus: str | None = None,
    statut: HTTPStatus = HTTPStatus.OK,
) -> HTMLResponse:
    ouverts = {compte.agent: compte for compte in portes.site.comptes.tous()}
    agents = agents_de_l_institution(portes.services.store, portes.services.maintenant())
    lignes = [
        {
            "login": login,
            "roles": mots.roles(roles),
            "compte": ouverts.get(login),
            "sessions": len(portes.site.sessions.de(login)),
        }
        for login, roles in agents
    ]
    return page(request, "comptes.html", statut=statut, lignes=lignes, agent=agent, lien=lien, refus=refus)
