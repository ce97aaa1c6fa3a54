"""The queue: what is awaited of people, the most overdue first."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from kernel.attentes import Role
from kernel.refus import SaisieInvalide
from readmodels.file import queries
from web import mots, vues
from web.gabarits import page
from web.portes import LesPortes

routes = APIRouter(include_in_schema=False)
Page = Annotated[int, Query(ge=1, le=1_000_000)]


def role(de: str | None) -> str | None:
    """Return a known role, None for blank, or refuse with SaisieInvalide."""
    if de and de not in set(Role):
        raise SaisieInvalide(f"Rôle inconnu : « {de} ».", de=de)
    return de or None


@routes.get("/file")
def file(
    request: Request, portes: LesPortes, de: str | None = None, page_: Annotated[Page, Query(alias="page")] = 1
) -> HTMLResponse:
    """Show fifty rows."""
    attendu_de, maintenant = role(de), portes.services.maintenant()
    lu = queries.file(portes.a_jour(), maintenant, de=attendu_de, limite=vues.PAGE, decalage=(page_ - 1) * vues.PAGE)
    return page(
        request,
        portes,
        "file.html",
        de=attendu_de or "",
        roles=[(code.value, mots.mot(mots.ROLES, code.value)) for code in Role],
        nom_du_role=mots.mot(mots.ROLES, attendu_de) if attendu_de else "",
        total=lu["total"],
        en_retard=lu["en_retard"],
        lignes=[vues.ligne_de_file(ligne, maintenant) for ligne in lu["lignes"]],
        pages=vues.pages(lu["total"], page_),
    )
