"""A draft règlement tried on a closed campagne: what would have changed; nothing is recorded."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from application.consultations.moment import Moment
from application.consultations.simulation import simuler
from application.consultations.voir import lire
from kernel.refus import Refus, SaisieInvalide
from web.corps import Parties, lire_parties
from web.gabarits import page
from web.portes import LesPortes

routes = APIRouter(include_in_schema=False)
MONTREES: Final = 200
"""Amounts that a page shows: a campagne has thousands, and the command gives them all."""


async def _parties(request: Request, portes: LesPortes) -> Parties:
    return await lire_parties(request, portes.services.taille_max_fichier)


@routes.get("/campagnes/{ref}/simuler")
def demander(request: Request, portes: LesPortes, ref: str) -> Response:
    """Ask for the draft."""
    return page(request, "simuler.html", ref=lire(portes.services, "campagne", ref, Moment()).lu.ref, lu=None, refus="")


@routes.post("/campagnes/{ref}/simuler")
def essayer(request: Request, portes: LesPortes, ref: str, parties: Annotated[Parties, Depends(_parties)]) -> Response:
    """Show what the draft changes; a refusal is said above the form."""
    connue = lire(portes.services, "campagne", ref, Moment()).lu.ref
    try:
        projet = next(iter(parties.fichiers.get("fichier", ())), None)
        if projet is None:
            raise SaisieInvalide("Projet de règlement : choisissez un fichier de campagne, YAML.", champ="fichier")
        lu = simuler(portes.services, connue, projet)
    except Refus as refus:
        return page(request, "simuler.html", statut=422, ref=connue, lu=None, refus=refus.message)
    return page(request, "simuler.html", ref=connue, lu=lu, refus="", montrees=MONTREES)
