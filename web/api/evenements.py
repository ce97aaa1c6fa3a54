"""The facts for other systems: CloudEvents after a position, in recording order, by batches."""

from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from application.consultations.evenements import evenements
from bootstrap.cablage import source_des_evenements
from web.api.commun import LIMITE, REFUS, Limite, lue
from web.api.reponses import Evenement
from web.contenus import faits_fermes
from web.personne import LaPersonne
from web.portes import POSITION_MAX, LesPortes

LOT: Final = "application/cloudevents-batch+json"


class _Lot(JSONResponse):
    media_type = LOT


routes = APIRouter(responses=REFUS)


@routes.get(
    "/api/v1/evenements",
    summary="Les faits enregistrés après une position (CloudEvents 1.0, par lots)",
    operation_id="evenements",
    description="Dans l’ordre d’enregistrement ; tant qu’il peut y en avoir d’autres, l’en-tête Link nomme la suite. "
    "Le contenu d’un fait que vos rôles ne lisent pas (un avis) est vide.",
    tags=["Faits"],
    response_model=None,
    response_class=_Lot,
    responses=lue(list[Evenement]),
)
def faits(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    apres: Annotated[int, Query(ge=0, le=POSITION_MAX, description="L’« id » du dernier fait déjà lu.")] = 0,
    limite: Limite = LIMITE,
) -> JSONResponse:
    """Return a batch of facts, empty where they are not read; while there may be more, the header Link names the next one."""
    source = source_des_evenements(portes.reglages.base)
    lus = list(islice(evenements(portes.services, source, apres=apres, fermes=faits_fermes(personne)), limite))
    suite = {}
    if len(lus) == limite:
        suite["Link"] = f'<{request.url.path}?apres={lus[-1]["id"]}&limite={limite}>; rel="next"'
    return _Lot(lus, headers=suite)
