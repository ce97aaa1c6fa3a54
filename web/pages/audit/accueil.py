"""Where an audit begins: a dossier played again, a fact sought, what was refused, who read what."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from application import mots
from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.refus_dits import REFUS_DITS
from readmodels.chronologie import requetes
from web.acces import LECTURES_LUES, REFUS_LUS
from web.gabarits import page
from web.pages.audit.questions import toutes
from web.pages.audit.recherche import types_de_faits
from web.personne import LaPersonne
from web.portes import LesPortes

routes = APIRouter(include_in_schema=False)


@routes.get("/audit")
def accueil(request: Request, portes: LesPortes, personne: LaPersonne) -> Response:
    """Show the ways in, and how many facts and refusals there are."""
    refus = portes.services.store.enregistreur.compter_refus()
    return page(
        request,
        "audit.html",
        faits=requetes.compter(portes.a_jour("chronologie")),
        types=types_de_faits(),
        questions=toutes(portes),
        refus_lus=bool(personne.roles & REFUS_LUS),
        lectures_lues=bool(personne.roles & LECTURES_LUES),
        refus=sorted(
            ((REFUS_DITS.get(code, mots.mot({}, code)), code, n) for code, n in refus.items()), key=lambda un: -un[2]
        ),
    )


@routes.get("/audit/rejeu")
def trouver(portes: LesPortes, ref: str = "") -> Response:
    """Lead to the replay of a dossier, by its number; without one, to where it is asked."""
    if not ref.strip():
        return RedirectResponse("/audit", status_code=303)
    dossier = lire(portes.services, "dossier", ref.strip().upper(), Moment()).lu
    return RedirectResponse(f"/audit/rejeu/{dossier.ref}", status_code=303)
