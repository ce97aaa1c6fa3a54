"""Home, accessibility, site map."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from application import mots
from readmodels.file import requetes
from web.gabarits import page
from web.gestes import commencements
from web.personne import LaPersonne
from web.portes import LesPortes

routes = APIRouter(include_in_schema=False)


@routes.get("/")
def accueil(request: Request, portes: LesPortes, personne: LaPersonne) -> HTMLResponse:
    """Show what one may begin, how many dossiers stand where, and what is awaited of whom."""
    lectures, maintenant = portes.a_jour(), portes.services.maintenant()
    par_etat = requetes.par_etat(lectures)
    ordre = [*(etat for etat in mots.ETATS if etat in par_etat), *sorted(par_etat.keys() - mots.ETATS.keys())]
    roles = [
        {**compte, "nom": mots.mot(mots.ROLES, compte["de"])}
        for compte in requetes.par_role(lectures, maintenant)
        if compte["de"] != "SYSTEME"
    ]
    return page(
        request,
        "accueil.html",
        commencements=commencements(personne),
        dossiers=sum(par_etat.values()),
        etats=[(etat, mots.mot(mots.ETATS, etat), par_etat[etat]) for etat in ordre],
        roles=roles,
        attentes=sum(compte["total"] for compte in roles),
        en_retard=sum(compte["en_retard"] for compte in roles),
    )


@routes.get("/accessibilite")
def accessibilite(request: Request) -> HTMLResponse:
    """Show the declaration."""
    return page(request, "accessibilite.html")


@routes.get("/plan-du-site")
def plan_du_site(request: Request) -> HTMLResponse:
    """Show every page there is."""
    return page(request, "plan_du_site.html")
