"""Home, accessibility, site map."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from application import mots
from kernel.attentes import Role
from kernel.instants import Instant, fin_de_jour, jour_de
from readmodels.file import requetes
from web.gabarits import page
from web.pages.file import lignes as lignes_de_file
from web.personne import LaPersonne, Personne
from web.portes import LesPortes, Portes
from web.possibles import commencements
from web.recu import lire_le_recu

VENDREDI: Final = 4
PREMIERES: Final = 5
"""Rows of one's own queue shown at once."""

routes = APIRouter(include_in_schema=False)


@routes.get("/")
def accueil(request: Request, portes: LesPortes, personne: LaPersonne, recu: str = "") -> HTMLResponse:
    """Show one's day, what one may begin, how many dossiers stand where, and what is awaited of whom."""
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
        recu=lire_le_recu(portes, personne, recu),
        journee=_journee(portes, personne, roles),
        commencements=commencements(personne),
        brouillons=len(portes.site.brouillons.conserves(personne.login)),
        dossiers=sum(par_etat.values()),
        etats=[(etat, mots.mot(mots.ETATS, etat), par_etat[etat]) for etat in ordre],
        roles=roles,
        attentes=sum(compte["total"] for compte in roles),
        en_retard=sum(compte["en_retard"] for compte in roles),
    )


def _journee(portes: Portes, personne: Personne, roles: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return what is awaited of who asks, and of the others; None for who is never awaited, and only reads."""
    siens = frozenset(map(str, personne.roles))
    if not siens - {Role.AUDITEUR}:
        return None
    lectures, maintenant = portes.a_jour(), portes.services.maintenant()
    semaine = requetes.Filtre(de=siens, entre=(maintenant, _fin_de_semaine(maintenant)))
    lues = requetes.file(lectures, maintenant, parmi=requetes.Filtre(de=siens), limite=PREMIERES)["lignes"]
    miens = [compte for compte in roles if compte["de"] in siens]
    return {
        "en_retard": sum(compte["en_retard"] for compte in miens),
        "cette_semaine": requetes.file(lectures, maintenant, parmi=semaine, limite=1)["total"],
        "aux_autres": sum(compte["total"] for compte in roles) - sum(compte["total"] for compte in miens),
        "total": sum(compte["total"] for compte in miens),
        "lignes": lignes_de_file(lues, portes, personne),
    }


def _fin_de_semaine(maintenant: Instant) -> Instant:
    """Return the end of Friday: of the next one once the week is over."""
    jour = jour_de(maintenant)
    return fin_de_jour(jour + timedelta(days=(VENDREDI - jour.weekday()) % 7))


@routes.get("/accessibilite")
def accessibilite(request: Request) -> HTMLResponse:
    """Show the declaration."""
    return page(request, "accessibilite.html")


@routes.get("/plan-du-site")
def plan_du_site(request: Request) -> HTMLResponse:
    """Show every page there is."""
    return page(request, "plan_du_site.html")
