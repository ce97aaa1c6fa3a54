"""One box for everything that people hold: a number leads to its page, anything else to what it finds, kind by kind."""

from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from application import mots
from kernel.refus import SaisieInvalide
from kernel.textes import sans_accents
from readmodels.file.recherche import CHERCHES, chercher
from readmodels.file.requetes import PAGE
from web import vues
from web.gabarits import page
from web.portes import Apres, LesPortes

routes = APIRouter(include_in_schema=False)
QUARTIERS: Final = 20
"""Quartiers named at most."""


@routes.get("/recherche")
def recherche(
    request: Request,
    portes: LesPortes,
    q: Annotated[str, Query(max_length=200)] = "",
    espece: str = "",
    apres: Apres = "",
) -> Response:
    """Lead to what has this number, or show what these words find."""
    if espece not in {"", *CHERCHES}:
        raise SaisieInvalide(f"On ne cherche pas cela ici : « {espece} ».", espece=espece)
    qpv = portes.services.qpv
    if (code := q.strip().upper()) in qpv:
        return RedirectResponse(f"/dossiers?qpv={code}", status_code=303)
    lu = chercher(portes.a_jour(), q, espece=espece, par_espece=PAGE if espece else 10, apres=apres)
    trouves, cherche = lu["especes"], sans_accents(q)
    total = sum(trouve["total"] for trouve in trouves)
    if lu["exact"] and total == 1:
        (un,) = trouves[0]["lignes"]
        return RedirectResponse(vues.lien(un["agregat"], un["ref"], un["id"]), status_code=303)
    quartiers = [] if espece or not cherche else [(c, nom) for c, nom in qpv.items() if cherche in sans_accents(nom)]
    return page(
        request,
        "recherche.html",
        q=q,
        total=total + len(quartiers),
        quartiers=quartiers[:QUARTIERS],
        groupes=[_groupe(trouve, q) for trouve in trouves],
        espece=espece,
    )


def _groupe(trouve: dict[str, Any], q: str) -> dict[str, Any]:
    nom = trouve["espece"]
    return {
        "nom": mots.mot(mots.ESPECES_AU_PLURIEL, nom),
        "total": trouve["total"],
        "adresse": f"/recherche?q={quote(q)}&espece={nom}&",
        "pages": vues.pages(trouve),
        "lignes": [
            {
                "lien": vues.lien(nom, ligne["ref"], ligne["id"]),
                "ref": ligne["ref"] or ligne["id"],
                "quoi": " – ".join(filter(None, (ligne["beneficiaire"], ligne["objet"]))),
                "etape": mots.mot(mots.ETAPES, ligne["etape"]) if ligne["etape"] else "",
                "montant": vues.euros(ligne["demande_centimes"] or ligne["vote_centimes"]),
            }
            for ligne in trouve["lignes"]
        ],
    }
