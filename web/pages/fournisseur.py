"""Signing in by the identity provider of the institution: sent there, back with a code, and out again."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from application.site import AuthentificationRefusee, Fournisseur, FournisseurInjoignable
from kernel.refus import Empechement, Refus
from web.adresses import d_ici
from web.pages.connexion import Vers, montrer, ouvrir
from web.personne import LaPersonneOuNon, temoin
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False)
_DUREE_S: Final = 600
"""How long a person may take at the provider."""
_CHEMIN: Final = "/connexion/oidc"
Dit = Annotated[str, Query(max_length=4000)]


@routes.get("/connexion/oidc")
def aller(
    request: Request,
    portes: LesPortes,
    vers: Vers = "",
    preuve: Annotated[bool, Query()] = False,
    facteur: Annotated[bool, Query()] = False,
) -> Response:
    """Send to the provider; its answer is only for this browser."""
    try:
        demande = _exiger(portes).demander(_retour(request), forcee=preuve, deux_facteurs=facteur)
    except (AuthentificationRefusee, FournisseurInjoignable) as refus:
        return _refuser(request, portes, refus)
    portes.site.demandes.garder(demande, d_ici(vers))
    reponse = RedirectResponse(demande.url, HTTPStatus.SEE_OTHER)
    reponse.set_cookie(
        _temoin(portes), demande.etat, max_age=_DUREE_S, httponly=True, samesite="lax", secure=not portes.locale
    )
    return reponse


@routes.get("/connexion/oidc/retour")
def revenir(
    request: Request,
    portes: LesPortes,
    personne: LaPersonneOuNon,
    code: Dit = "",
    state: Dit = "",
    error: Dit = "",
) -> Response:
    """Sign in the agent whose e-mail, or subject, the provider says; nobody else comes in."""
    fournisseur = _exiger(portes)
    en_cours = portes.site.demandes.prendre(state) if state == request.cookies.get(_temoin(portes)) else None
    try:
        if en_cours is None:
            raise AuthentificationRefusee("elle a été commencée ailleurs, ou il y a trop longtemps")
        if error or not code:
            raise AuthentificationRefusee("elle a été abandonnée")
        demande, vers = en_cours
        identite = fournisseur.recevoir(demande, code, _retour(request))
        agent = portes.site.comptes.reconnaitre(identite.sujet, identite.courriel)
        if agent is None:
            raise AuthentificationRefusee("aucun agent n’a été invité à cette adresse de courriel")
    except (AuthentificationRefusee, FournisseurInjoignable) as refus:
        return _refuser(request, portes, refus)
    reponse = ouvrir(
        portes,
        personne,
        agent,
        vers,
        prouvee=identite.prouvee,
        facteur=identite.deux_facteurs,
        adieu=identite.jeton,
    )
    reponse.delete_cookie(_temoin(portes))
    return reponse


def _refuser(request: Request, portes: Portes, refus: Refus | Empechement) -> Response:
    statut = HTTPStatus.SERVICE_UNAVAILABLE if isinstance(refus, Empechement) else HTTPStatus.UNPROCESSABLE_ENTITY
    return montrer(request, portes, "", statut=statut, refus=refus.message)


def _exiger(portes: Portes) -> Fournisseur:
    if portes.fournisseur is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return portes.fournisseur


def _temoin(portes: Portes) -> str:
    return f"{temoin(portes)}_oidc"


def _retour(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers['host']}{_CHEMIN}/retour"
