"""The queue: what is awaited of people, the most overdue first."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from application import mots
from kernel.attentes import Role
from readmodels.file import requetes
from web import vues
from web.gabarits import page
from web.portes import Apres, AttenduDe, LesPortes

routes = APIRouter(include_in_schema=False)


@routes.get("/file")
def file(request: Request, portes: LesPortes, de: AttenduDe, apres: Apres = "") -> HTMLResponse:
    """Show fifty rows."""
    maintenant = portes.services.maintenant()
    lu = requetes.file(portes.a_jour(), maintenant, de=de, apres=apres)
    return page(
        request,
        "file.html",
        de=de or "",
        roles=[(code.value, mots.mot(mots.ROLES, code.value)) for code in Role],
        nom_du_role=mots.mot(mots.ROLES, de) if de else "",
        total=lu["total"],
        en_retard=lu["en_retard"],
        lignes=[vues.ligne_de_file(ligne, maintenant) for ligne in lu["lignes"]],
        pages=vues.pages(lu),
    )
