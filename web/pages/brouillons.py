"""One’s drafts of a dépôt: taken again, or taken away. Nobody else reads them, and none is a fact."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from application.travail import DUREE_D_UN_BROUILLON_GARDE
from web import dates
from web.brouillons import GARDE
from web.gabarits import page
from web.personne import LaPersonne
from web.portes import LesPortes

routes = APIRouter(include_in_schema=False)


@routes.get("/brouillons")
def brouillons(request: Request, portes: LesPortes, personne: LaPersonne) -> HTMLResponse:
    """List those of who asks, the last kept first."""
    lignes = [
        {
            "id": garde.id,
            "titre": garde.titre or "Sans objet ni demandeur",
            "adresse": f"/dossiers/gestes/deposer?{GARDE}={garde.id}",
            "garde": dates.moment(garde.garde_le),
            "jusqu_au": dates.moment(garde.expire_le),
        }
        for garde in portes.site.brouillons.conserves(personne.login)
    ]
    return page(request, "brouillons.html", lignes=lignes, jours=DUREE_D_UN_BROUILLON_GARDE.days)


@routes.post("/brouillons/{brouillon}/oter")
def oter(portes: LesPortes, personne: LaPersonne, brouillon: UUID) -> Response:
    """Take one away; silent when there is none."""
    portes.site.brouillons.oublier(personne.login, brouillon)
    return RedirectResponse("/brouillons", HTTPStatus.SEE_OTHER)
