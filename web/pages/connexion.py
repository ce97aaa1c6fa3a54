"""Signing in and out. On a rehearsal that only this machine reaches, one acts as any of its agents."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from application import comptes, mots
from application.habilitations import agents_de_l_institution
from application.site import DUREE_DE_SESSION, AuthentificationRefusee, FournisseurInjoignable, TropDeConnexions
from web.adresses import d_ici
from web.corps import PETIT
from web.gabarits import page
from web.personne import LaPersonneOuNon, Personne, temoin
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False, max_body_size=PETIT)
Vers = Annotated[str, Query(max_length=4000)]
VersForme = Annotated[str, Form(max_length=4000)]
REFUSEE = (
    "Identifiant, mot de passe ou code incorrect. Après cinq essais, il faut attendre, de plus en plus longtemps, "
    "avant de recommencer."
)
TRAVAIL: Final[Mapping[str, str]] = {
    "instructeur": "déclare complet, demande une pièce ou un avis, propose un montant",
    "responsable": "vise la proposition d’une autre personne, ou la renvoie",
    "assemblees": "prépare la séance, tient le scrutin, rend la délibération exécutoire",
    "finance": "tient les crédits, valide les RIB, liquide, constate les paiements",
    "ordonnateur": "mandate, et signe les bordereaux",
    "auditeur": "relit tout, revoit le passé, n’agit pas",
    "administrateur": "agents, rôles, absences, campagnes",
}
"""What each does here, for who has never been here."""
TROP = "Trop d’essais depuis cette adresse : attendez une minute."


@routes.get("/connexion")
def connexion(request: Request, portes: LesPortes, vers: Vers = "") -> HTMLResponse:
    """Show how one signs in."""
    return montrer(request, portes, vers)


@routes.post("/connexion")
def se_connecter(
    request: Request,
    portes: LesPortes,
    personne: LaPersonneOuNon,
    identifiant: Annotated[str, Form(max_length=200)] = "",
    mot_de_passe: Annotated[str, Form(max_length=1000)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
    vers: VersForme = "",
) -> Response:
    """Sign in by a password and, who has one, a second factor. A refusal says neither which was wrong, nor who exists."""
    refuser = partial(montrer, request, portes, vers, saisi=identifiant)
    if not portes.essais.permettre(request.client.host if request.client else ""):
        return refuser(statut=HTTPStatus.TOO_MANY_REQUESTS, refus=TROP)
    agent = identifiant.strip().lower()
    try:
        facteur = comptes.identifier(portes.site, agent, mot_de_passe, code)
    except TropDeConnexions as trop:
        return refuser(statut=HTTPStatus.SERVICE_UNAVAILABLE, refus=trop.message)
    if facteur is None:
        return refuser(statut=HTTPStatus.UNPROCESSABLE_ENTITY, refus=REFUSEE)
    return ouvrir(portes, personne, agent, vers, prouvee=True, facteur=facteur)


@routes.post("/connexion/agir-comme")
def agir_comme(
    portes: LesPortes,
    personne: LaPersonneOuNon,
    agent: Annotated[str, Form(max_length=100)],
    vers: VersForme = "",
) -> Response:
    """Sign in as an agent of a rehearsal; whoever was signed in no longer is."""
    agents = dict(agents_de_l_institution(portes.services.store, portes.services.maintenant()))
    if not portes.agir_comme or agent not in agents:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return ouvrir(portes, personne, agent, vers)


@routes.post("/deconnexion")
def deconnexion(request: Request, portes: LesPortes, personne: LaPersonneOuNon) -> Response:
    """End the session, that of the provider with it; the browser forgets it."""
    vers = "/connexion"
    if portes.fournisseur is not None and personne is not None and personne.session is not None:
        adieu = portes.site.sessions.adieu(personne.session) if personne.session.fournisseur else None
        retour = f"{request.url.scheme}://{request.headers['host']}/connexion"
        with suppress(AuthentificationRefusee, FournisseurInjoignable):  # one leaves all the same
            vers = (portes.fournisseur.adieu(adieu, retour) if adieu else None) or vers
    _fermer(portes, personne)
    reponse = RedirectResponse(vers, HTTPStatus.SEE_OTHER)
    reponse.delete_cookie(temoin(portes))
    return reponse


def ouvrir(
    portes: Portes,
    avant: Personne | None,
    agent: str,
    vers: str,
    *,
    prouvee: bool = False,
    facteur: bool = False,
    adieu: str | None = None,
) -> Response:
    """Sign an agent in on the browser that asks, where somebody was or not, and show it an address of this site."""
    _fermer(portes, avant)
    reponse = RedirectResponse(d_ici(vers) or "/", HTTPStatus.SEE_OTHER)
    reponse.set_cookie(
        temoin(portes),
        portes.site.sessions.ouvrir(agent, prouvee=prouvee, facteur=facteur, adieu=adieu),
        max_age=int(DUREE_DE_SESSION.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=not portes.locale,
    )
    return reponse


def _fermer(portes: Portes, personne: Personne | None) -> None:
    if personne is not None and personne.session is not None:
        portes.site.sessions.fermer(personne.login, personne.session.id)


def montrer(
    request: Request,
    portes: Portes,
    vers: str,
    *,
    statut: HTTPStatus = HTTPStatus.OK,
    saisi: str = "",
    refus: str | None = None,
) -> HTMLResponse:
    """Show the page that signs in, with why it did not."""
    groupes: dict[str, list[str]] = {}
    if portes.agir_comme:
        for login, roles in agents_de_l_institution(portes.services.store, portes.services.maintenant()):
            for role in roles:
                groupes.setdefault(role, []).append(login)
    return page(
        request,
        "connexion.html",
        statut=statut,
        agir_comme=portes.agir_comme,
        fournisseur=portes.fournisseur is not None,
        groupes=[(mot, TRAVAIL.get(role, ""), groupes[role]) for role, mot in mots.ROLES.items() if role in groupes],
        vers=d_ici(vers),
        saisi=saisi,
        refus=refus,
    )
