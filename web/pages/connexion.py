"""Signing in and out. On a rehearsal that only this machine reaches, one acts as any of its agents."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from application import mots
from application.habilitations import agents_de_l_institution
from application.site import DUREE_DE_SESSION
from web.gabarits import page
from web.personne import LaPersonneOuNon, temoin
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False)
Vers = Annotated[str, Query(max_length=4000)]


@routes.get("/connexion")
def connexion(request: Request, portes: LesPortes, vers: Vers = "") -> HTMLResponse:
    """Show how one signs in."""
    groupes: dict[str, list[str]] = {}
    for login, roles in agents_de_l_institution(portes.services.store, portes.services.maintenant()):
        for role in roles:
            groupes.setdefault(role, []).append(login)
    return page(
        request,
        "connexion.html",
        agir_comme=portes.agir_comme,
        groupes=[(mot, groupes[role]) for role, mot in mots.ROLES.items() if role in groupes],
        vers=_d_ici(vers),
    )


@routes.post("/connexion/agir-comme")
def agir_comme(
    portes: LesPortes,
    personne: LaPersonneOuNon,
    agent: Annotated[str, Form(max_length=100)],
    vers: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Sign in as an agent of a rehearsal; whoever was signed in no longer is."""
    agents = dict(agents_de_l_institution(portes.services.store, portes.services.maintenant()))
    if not portes.agir_comme or agent not in agents:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if personne is not None and personne.session is not None:
        portes.site.sessions.fermer(personne.login, personne.session.id)
    return ouvrir(portes, agent, _d_ici(vers))


@routes.post("/deconnexion")
def deconnexion(portes: LesPortes, personne: LaPersonneOuNon) -> Response:
    """End the session; the browser forgets it."""
    if personne is not None and personne.session is not None:
        portes.site.sessions.fermer(personne.login, personne.session.id)
    reponse = RedirectResponse("/connexion", HTTPStatus.SEE_OTHER)
    reponse.delete_cookie(temoin(portes))
    return reponse


def ouvrir(portes: Portes, agent: str, vers: str) -> Response:
    """Sign an agent in on the browser that asks, and show it an address."""
    reponse = RedirectResponse(vers or "/", HTTPStatus.SEE_OTHER)
    reponse.set_cookie(
        temoin(portes),
        portes.site.sessions.ouvrir(agent),
        max_age=int(DUREE_DE_SESSION.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=not portes.locale,
    )
    return reponse


def _d_ici(vers: str) -> str:
    """Return an address of this site, blank for what leads elsewhere."""
    return vers if vers.startswith("/") and vers[1:2] not in {"/", "\\"} and vers.isprintable() else ""
