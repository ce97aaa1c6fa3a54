"""Proofs: the facts of a dossier read again as they are stored, an anchor kept elsewhere compared, the head to note today."""

from itertools import chain
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.numeros import id_de
from application.services import Services
from application.store import sauf_illisible
from bootstrap.cablage import lire_ancre, verification_du_store, verifier_des_flux
from web.acces import LECTURES_LUES
from web.emporte import Emport, flux_de
from web.gabarits import page
from web.pages.audit.exports import annoncer
from web.personne import LaPersonne
from web.portes import LesPortes

routes = APIRouter(include_in_schema=False)
log = structlog.get_logger()
Court = Annotated[str, Query(max_length=200)]


@routes.get("/audit/preuves")
def preuves(request: Request, portes: LesPortes, personne: LaPersonne, ref: Court = "", ancre: Court = "") -> Response:
    """Show what holds and what does not; refuse with ReferenceInconnue, or SaisieInvalide what is no anchor."""
    services, verification = portes.services, verification_du_store(portes.services)
    trouvees = [] if not ancre.strip() else list(verification.ancre(lire_ancre(ancre.strip())))
    numero = ref.strip().upper()
    # what cannot be read any more is proven too: its facts are read as they are stored
    lu = sauf_illisible(lambda: lire(services, "dossier", numero, Moment()).lu) if numero else None
    dossier = _dossier(services, numero, lu) if numero else None
    constats = [*trouvees, *(dossier["constats"] if dossier else ())]
    if constats:
        log.error("preuve.rompue", genres=sorted({constat.genre for constat in constats}))
    return page(
        request,
        "preuves.html",
        ref=ref,
        ancre=ancre,
        ancre_tient=not trouvees if ancre.strip() else None,
        ancre_rompue=[constat.phrase for constat in trouvees],
        dossier=dossier,
        emporte=annoncer(portes, personne, lu.ref, Emport())
        if lu is not None and personne.roles & LECTURES_LUES
        else None,
        tete=str(verification.tete),
        le=services.maintenant(),
    )


def _dossier(services: Services, numero: str, lu: Any) -> dict[str, Any]:
    """Return what is found of a dossier, of its award and, where it can be read, of its act."""
    flux = flux_de(id_de("dossier", numero), None if lu is None else lu.deliberation)
    lus, constats = zip(*verifier_des_flux(services, flux), strict=True)
    trouves = list(chain.from_iterable(constats))
    return {"ref": numero if lu is None else lu.ref, "lus": sum(lus), "constats": trouves}
