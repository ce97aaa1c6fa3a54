"""The queue: what is awaited of people, the most overdue first."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from application import mots
from kernel.attentes import Role
from readmodels.file import requetes
from web import vues
from web.gabarits import page
from web.portes import AttenduDe, LesPortes

routes = APIRouter(include_in_schema=False)
Page = Annotated[int, Query(ge=1, le=1_000_000)]


@routes.get("/file")
def file(
    request: Request, portes: LesPortes, de: AttenduDe, page_: Annotated[Page, Query(alias="page")] = 1
) -> HTMLResponse:
    """Show fifty rows."""
    maintenant = portes.services.maintenant()
    lu = requetes.file(portes.a_jour(), maintenant, de=de, limite=requetes.PAGE, decalage=(page_ - 1) * requetes.PAGE)
    return page(
        request,
        "file.html",
        de=de or "",
        roles=[(code.value, mots.mot(mots.ROLES, code.value)) for code in Role],
        nom_du_role=mots.mot(mots.ROLES, de) if de else "",
        total=lu["total"],
        en_retard=lu["en_retard"],
        lignes=[vues.ligne_de_file(ligne, maintenant) for ligne in lu["lignes"]],
        pages=vues.pages(lu["total"], page_),
    )
