"""What an auditor takes away, announced before it is: its files, its size, its digest."""

from collections.abc import Iterator
from contextlib import closing
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

from application import mots
from web.emporte import SORTES, Emport, Emporteur
from web.gabarits import page
from web.personne import LaPersonne, Personne
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False)
BLOC: Final = 64 * 1024
LEmport = Annotated[Emport, Depends()]
Court = Annotated[str, Query(max_length=200)]


@routes.get("/audit/exports")
def choisir(request: Request, portes: LesPortes, personne: LaPersonne, voulu: LEmport, ref: Court = "") -> Response:
    """Ask what is to be taken, and announce it."""
    numero = ref.strip().upper()
    emporte = annoncer(portes, personne, numero, voulu) if numero else None
    sortes = [(sorte, mots.mot(mots.ESPECES, sorte)) for sorte in SORTES]
    return page(request, "exports.html", ref=ref, voulu=voulu, sortes=sortes, emporte=emporte)


@routes.get("/audit/exports/{ref}")
def exporter(portes: LesPortes, personne: LaPersonne, ref: str, voulu: LEmport) -> Response:
    """Give the ZIP, once it is in the journal of reads that it was taken."""
    emporteur = _emporteur(portes, personne)
    lu = emporteur.trouver(voulu, ref)
    portes.site.lectures.noter(personne.login, lu.ref, lu.id, voulu.note)
    entetes = {"Content-Disposition": f'attachment; filename="audit-{lu.ref}.zip"'}
    return StreamingResponse(_par_blocs(emporteur.archive(lu, voulu)), media_type="application/zip", headers=entetes)


def annoncer(portes: Portes, personne: Personne, ref: str, voulu: Emport) -> dict[str, Any]:
    """Return what will be taken, and where from."""
    emporteur, suite = _emporteur(portes, personne), voulu.en_adresse
    lu = emporteur.trouver(voulu, ref)
    adresse = f"/audit/exports/{lu.ref}{f'?{suite}' if suite else ''}"
    return {"ref": lu.ref, "adresse": adresse, **emporteur.peser(lu, voulu)}


def _emporteur(portes: Portes, personne: Personne) -> Emporteur:
    return Emporteur(portes.services, portes.a_jour, personne.roles)


def _par_blocs(flux: Any) -> Iterator[bytes]:
    with closing(flux):
        flux.seek(0)
        while bloc := flux.read(BLOC):
            yield bloc
