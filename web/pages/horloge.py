"""The clock of a rehearsal: it stands still until somebody brings it to a date."""

import re
from datetime import datetime, time
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from application.consultations.moment import lire_effet
from kernel.instants import PARIS, Instant
from kernel.refus import Refus, SaisieInvalide
from web.adresses import d_ici
from web.dates import normaliser
from web.gabarits import page
from web.portes import POSITION_MAX, LesPortes, Portes

routes = APIRouter(include_in_schema=False)
MATIN: Final = time(9)
"""The hour, in Paris, to which a day without an hour brings the clock: acts of that day are still to come."""
_AVEC_HEURE: Final = re.compile(r"(?P<jour>\S+)\s+(?:à\s+)?(?P<heure>[0-9]{1,2})(?:\s*h\s*|:)(?P<minute>[0-9]{2})?")


def _repetition(portes: LesPortes) -> Portes:
    """Only the clock of a rehearsal, served to this machine alone, can be moved from here."""
    if portes.avancer is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return portes


LaRepetition = Annotated[Portes, Depends(_repetition)]


@routes.get("/horloge")
def voir(
    request: Request,
    portes: LaRepetition,
    depuis: Annotated[int | None, Query(ge=0, le=POSITION_MAX)] = None,
    vers: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """Show where it stands and, after it moved, how much was recorded since that position of the store, and the way back."""
    tete = portes.services.store.enregistreur.derniere_position()
    faits = None if depuis is None else max(0, tete - depuis)
    return page(request, "horloge.html", saisi="", refus=None, faits=faits, vers=d_ici(vers))


@routes.post("/horloge")
async def avancer(
    request: Request,
    portes: LaRepetition,
    jour: Annotated[str, Form(max_length=100)] = "",
    vers: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Bring it to a date: the engine does on the way all that falls due. A refusal keeps what was typed."""
    assert portes.avancer is not None
    depuis = portes.services.store.enregistreur.derniere_position()
    try:
        await portes.avancer(lire(jour))
    except Refus as refus:
        return await run_in_threadpool(
            page,
            request,
            "horloge.html",
            statut=HTTPStatus.UNPROCESSABLE_ENTITY,
            saisi=jour,
            refus=refus.message,
            faits=None,
            vers=d_ici(vers),
        )
    retour = f"&vers={quote(d_ici(vers))}" if d_ici(vers) else ""
    return RedirectResponse(f"/horloge?depuis={depuis}{retour}", HTTPStatus.SEE_OTHER)


def lire(saisi: str) -> Instant:
    """Read "28/04/2026" (nine in the morning), "28/04/2026 14:00" or an instant, or refuse with SaisieInvalide."""
    texte = saisi.strip()
    if not texte:
        raise SaisieInvalide("Donnez une date, par exemple 28/04/2026, ou 28/04/2026 14:00.", champ="jour")
    heure = MATIN
    if avec_heure := _AVEC_HEURE.fullmatch(texte):
        texte, minute = avec_heure["jour"], int(avec_heure["minute"] or 0)
        try:
            heure = time(int(avec_heure["heure"]), minute)
        except ValueError:
            raise SaisieInvalide(f"Heure impossible : « {saisi.strip()} ».", champ="jour") from None
    effet = lire_effet(normaliser(texte))
    assert effet is not None
    return effet if isinstance(effet, datetime) else datetime.combine(effet, heure, PARIS)
