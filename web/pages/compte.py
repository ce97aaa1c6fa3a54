"""One's own account: choosing a password, a second factor, proving who one is, seeing where one is signed in."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from application import comptes
from application.site import Session
from kernel.refus import Refus, SaisieInvalide
from web import dates
from web.adresses import d_ici
from web.corps import PETIT
from web.gabarits import page
from web.pages.connexion import REFUSEE, Vers, VersForme, ouvrir
from web.personne import LaPersonne, LaPersonneOuNon, Personne
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False, max_body_size=PETIT)
MotDePasse = Annotated[str, Form(max_length=1000)]
CODE_REFUSE = "Ce code n’est pas celui de ce moment : vérifiez l’heure de votre téléphone, et recopiez le code affiché."


@routes.get("/invitation/{secret}")
def invitation(request: Request, portes: LesPortes, secret: str) -> HTMLResponse:
    """Ask whoever was invited for a password; the link still serves after this page."""
    agent = portes.site.liens.lire(secret)
    refus = None if agent else comptes.LienPerime().message
    return page(
        request,
        "invitation.html",
        statut=HTTPStatus.OK if agent else HTTPStatus.GONE,
        secret=secret,
        agent=agent,
        refus=refus,
        longueur=comptes.LONGUEUR,
    )


@routes.post("/invitation")
def choisir(
    request: Request,
    portes: LesPortes,
    personne: LaPersonneOuNon,
    secret: Annotated[str, Form(max_length=200)] = "",
    mot_de_passe: MotDePasse = "",
    encore: MotDePasse = "",
) -> Response:
    """Give its password to the account of a link, and sign in."""
    try:
        if mot_de_passe != encore:
            raise SaisieInvalide("Les deux saisies diffèrent.", champ="encore")
        agent = comptes.choisir_mot_de_passe(portes.site, secret, mot_de_passe)
    except Refus as refus:
        return page(
            request,
            "invitation.html",
            statut=HTTPStatus.UNPROCESSABLE_ENTITY,
            secret=secret,
            agent=portes.site.liens.lire(secret),
            refus=refus.message,
            longueur=comptes.LONGUEUR,
        )
    return ouvrir(portes, personne, agent, "/", prouvee=True)


@routes.get("/preuve")
def preuve(request: Request, personne: LaPersonne, vers: Vers = "") -> HTMLResponse:
    """Ask for the password or the second factor again."""
    return page(request, "preuve.html", vers=d_ici(vers), refus=None)


@routes.post("/preuve")
def prouver(
    request: Request, portes: LesPortes, personne: LaPersonne, donne: MotDePasse = "", vers: VersForme = ""
) -> Response:
    """Note that it was given, and go on."""
    facteur = comptes.prouver(portes.site, personne.login, donne)
    if facteur is None or personne.session is None:
        statut = HTTPStatus.UNPROCESSABLE_ENTITY
        return page(request, "preuve.html", statut=statut, vers=d_ici(vers), refus=REFUSEE)
    portes.site.sessions.prouver(personne.session.id, facteur=facteur)
    return RedirectResponse(d_ici(vers) or "/", HTTPStatus.SEE_OTHER)


@routes.get("/second-facteur")
def second_facteur(request: Request, portes: LesPortes, personne: LaPersonne) -> HTMLResponse:
    """Show a secret that an application of codes takes, as a drawing and as a text, or that there is one already."""
    return _page_du_facteur(request, portes, personne, portes.site.comptes.proposer_second_facteur(), None)


@routes.post("/second-facteur")
def poser(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    secret: Annotated[str, Form(max_length=100)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Keep it, its first code being given; one that is there is only changed by a reset."""
    compte = portes.site.comptes.lire(personne.login)
    neuf = compte is not None and compte.mot_de_passe and not compte.second_facteur
    if (
        not neuf
        or personne.session is None
        or not portes.site.comptes.poser_second_facteur(personne.login, secret, code)
    ):
        return _page_du_facteur(request, portes, personne, secret, CODE_REFUSE if neuf else None)
    portes.site.sessions.prouver(personne.session.id, facteur=True)
    return RedirectResponse("/sessions", HTTPStatus.SEE_OTHER)


@routes.get("/sessions")
def sessions(request: Request, portes: LesPortes, personne: LaPersonne) -> HTMLResponse:
    """Show where one is signed in."""
    ici = personne.session.id if personne.session else None
    siennes = portes.site.sessions.de(personne.login)
    return page(
        request,
        "sessions.html",
        compte=portes.site.comptes.lire(personne.login),
        sessions=[_ligne(session, ici) for session in siennes],
    )


@routes.post("/sessions/fermer")
def fermer(portes: LesPortes, personne: LaPersonne, session: Annotated[UUID, Form()]) -> Response:
    """End one of one's own sessions."""
    portes.site.sessions.fermer(personne.login, session)
    return RedirectResponse("/sessions", HTTPStatus.SEE_OTHER)


def _ligne(session: Session, ici: UUID | None) -> dict[str, object]:
    return {
        "id": session.id,
        "ouverte": dates.moment(session.ouverte_le),
        "finit": dates.moment(session.expire_le),
        "facteur": session.facteur,
        "ici": session.id == ici,
    }


def _page_du_facteur(
    request: Request, portes: Portes, personne: Personne, secret: str, refus: str | None
) -> HTMLResponse:
    adresse = f"otpauth://totp/{quote(f'Diligence:{personne.login}')}?secret={quote(secret)}&issuer=Diligence"
    dessin = segno.make(adresse, error="m").svg_inline(scale=5, dark="#1b2430", light="#fff", omitsize=False)
    compte = portes.site.comptes.lire(personne.login)
    return page(
        request,
        "second_facteur.html",
        statut=HTTPStatus.UNPROCESSABLE_ENTITY if refus else HTTPStatus.OK,
        compte=compte,
        secret=secret,
        dessin=dessin,
        refus=refus,
    )
