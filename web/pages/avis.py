"""An avis by a link: an instructeur chooses the pièces and gives it; who has it reads them, and answers once."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from application import avis_par_lien, mots
from application.appellations import libelles_de
from application.consultations.demande import nommer_les_pieces
from application.consultations.moment import Moment
from application.consultations.voir import lire
from kernel.instants import rfc3339
from kernel.refus import Refus
from web import dates, piece
from web.corps import PETIT
from web.gabarits import page
from web.personne import LaPersonne
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False, max_body_size=PETIT)
Secret = Annotated[str, Form(max_length=200)]
Court = Annotated[str, Form(max_length=100)]
Texte = Annotated[str, Form(max_length=20_000)]


@routes.get("/dossiers/{ref}/avis/lien")
def choisir(request: Request, portes: LesPortes, ref: str) -> Response:
    """Ask whose avis, and which pièces are shown."""
    return _a_donner(request, portes, ref)


@routes.post("/dossiers/{ref}/avis/lien")
def donner(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    ref: str,
    aupres_de: Court = "",
    pieces: Annotated[list[int], Form()] = [],  # noqa: B006 - the framework copies it
) -> Response:
    """Show the link once: nothing else ever shows it."""
    try:
        secret = avis_par_lien.donner(
            portes.services, portes.site.liens_d_avis, ref, aupres_de, tuple(pieces), personne.login
        )
    except Refus as refus:
        return _a_donner(request, portes, ref, refus=refus.message, statut=HTTPStatus.UNPROCESSABLE_ENTITY)
    adresse = f"{request.url.scheme}://{request.headers['host']}/avis/{secret}"
    return _a_donner(request, portes, ref, lien=adresse, aupres_de=aupres_de)


@routes.get("/avis/{secret}")
def repondre(request: Request, portes: LesPortes, secret: str) -> Response:
    """Show what is asked, the pièces chosen, and ask for the avis; the link still serves after this page."""
    return _page(request, portes, secret)


@routes.get("/avis/{secret}/pieces/{version}")
def ouvrir_une_piece(portes: LesPortes, secret: str, version: int) -> Response:
    """Send one of the pièces chosen; its view is in the journal of reads first, in the name of who gave the link."""
    ouvert = avis_par_lien.ouvrir(portes.services, portes.site.liens_d_avis, secret)
    recue = ouvert.pieces.get(version)
    if recue is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    quoi = f"la pièce « {recue.code} », par le lien d’avis donné à « {ouvert.avis.de} »"
    portes.site.lectures.noter(ouvert.agent, ouvert.dossier.ref, ouvert.dossier.id, quoi)
    return piece.envoyer(portes.services.fichiers.lire_par_blocs(ouvert.dossier.id, recue.sha256), recue.code)


@routes.post("/avis")
def rendre(request: Request, portes: LesPortes, secret: Secret = "", sens: Court = "", texte: Texte = "") -> Response:
    """Record the avis: the link is then worth nothing."""
    try:
        avis_par_lien.rendre(
            portes.services, portes.site.liens_d_avis, secret, {"sens": sens, "texte": texte.strip() or None}
        )
    except avis_par_lien.LienDAvisPerime:
        return _page(request, portes, secret)
    except Refus as refus:
        return _page(request, portes, secret, refus=refus.message, tape={"sens": sens, "texte": texte})
    return page(request, "avis_par_lien.html", rendu=True, refus="", avis=None)


def _page(
    request: Request, portes: Portes, secret: str, *, refus: str = "", tape: dict[str, str] | None = None
) -> Response:
    try:
        ouvert = avis_par_lien.ouvrir(portes.services, portes.site.liens_d_avis, secret)
    except avis_par_lien.LienDAvisPerime as perime:
        return page(request, "avis_par_lien.html", statut=HTTPStatus.GONE, rendu=False, refus=perime.message, avis=None)
    return page(
        request,
        "avis_par_lien.html",
        statut=HTTPStatus.UNPROCESSABLE_ENTITY if refus else HTTPStatus.OK,
        rendu=False,
        refus=refus,
        secret=secret,
        avis=ouvert.avis,
        service=libelles_de(portes.services.store, ouvert.dossier.campagne).service(ouvert.avis.de),
        dossier=ouvert.dossier,
        echeance=None if ouvert.avis.echeance is None else dates.dernier_jour(rfc3339(ouvert.avis.echeance)),
        pieces=_nommees(portes, ouvert.dossier, ouvert.pieces),
        sens=[(code, mots.mot(mots.SENS, code)) for code in ("favorable", "reserve", "defavorable")],
        tape=tape or {"sens": "", "texte": ""},
    )


def _nommees(portes: Portes, dossier: Any, recues: Mapping[int, Any]) -> list[tuple[int, str]]:
    nom_de = nommer_les_pieces(portes.services, dossier)
    return [(version, nom_de(recue.code)) for version, recue in recues.items()]


def _a_donner(
    request: Request,
    portes: Portes,
    ref: str,
    *,
    lien: str = "",
    aupres_de: str = "",
    refus: str = "",
    statut: HTTPStatus = HTTPStatus.OK,
) -> Response:
    dossier = lire(portes.services, "dossier", ref, Moment()).lu
    libelles = libelles_de(portes.services.store, dossier.campagne)
    return page(
        request,
        "lien_d_avis.html",
        statut=statut,
        ref=dossier.ref,
        services=[(de, libelles.service(de)) for de in avis_par_lien.demandes_ouvertes(dossier)],
        pieces=_nommees(portes, dossier, avis_par_lien.recues(dossier)),
        lien=lien,
        aupres_de=libelles.service(aupres_de),
        refus=refus,
    )
