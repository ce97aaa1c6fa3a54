"""Dossiers: the list, searched."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from application import mots
from kernel.refus import SaisieInvalide
from readmodels.file import requetes
from web import vues
from web.gabarits import page
from web.portes import Apres, LesPortes

routes = APIRouter(include_in_schema=False)


@routes.get("/dossiers")
def lister(
    request: Request,
    portes: LesPortes,
    etat: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
    apres: Apres = "",
) -> Response:
    """Show fifty dossiers; the exact number of one leads to it."""
    if etat and etat not in mots.ETATS:
        raise SaisieInvalide(f"État inconnu : « {etat} ».", etat=etat)
    lu = requetes.dossiers(portes.a_jour(), etat=etat or None, mots=q, apres=apres)
    if lu["total"] == 1 and lu["lignes"] and lu["lignes"][0]["ref"] == q.strip().upper():
        return RedirectResponse(f"/dossiers/{quote(lu['lignes'][0]['ref'])}", status_code=303)
    return page(
        request,
        "dossiers.html",
        etat=etat,
        q=q,
        etats=list(mots.ETATS.items()),
        total=lu["total"],
        lignes=[_ligne(ligne) for ligne in lu["lignes"]],
        pages=vues.pages(lu),
    )


def _ligne(ligne: dict[str, Any]) -> dict[str, Any]:
    montants = ligne["montants"]
    return {
        **ligne,
        "etat": mots.mot(mots.ETATS, ligne["etat"]),
        "demande": vues.euros(montants["demande_centimes"]),
        "propose": vues.euros(montants["propose_centimes"]),
    }
