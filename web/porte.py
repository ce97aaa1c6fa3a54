"""The door of the site: who asks is recognised, what another site sends is not even read, every answer has its headers."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application.ports import TentativeRefusee
from web import fraicheur
from web.acces import PUBLIC, REGLES, SANS_EFFET, AccesRefuse, AProuver, NonConnecte
from web.brouillons import garder_pour_plus_tard
from web.corps import borner, fermer
from web.erreurs import dire
from web.exposition import Exposition
from web.pannes import Pannes
from web.personne import jeton_de, personne_ou_non, reconnaitre, temoin

ENTETES: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS: Final = {"Strict-Transport-Security": "max-age=31536000"}
SANS_TLS: Final = "Ce service ne répond qu’en HTTPS, par son mandataire."
TROP_DE_DEMANDES: Final = "Trop de demandes en une minute sous votre nom : attendez un peu, puis réessayez."
D_AILLEURS: Final = "Cette demande ne vient pas d’une page de ce site."


class SansCorps:
    """Answers HEAD as GET without its body: who watches a service, or checks a link, asks only that."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the whole answer, and send its beginning."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._application(scope, receive, send)
            return

        async def sans_corps(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._application({**scope, "method": "GET"}, receive, sans_corps)


class Porte:
    """Recognises who asks; what another site makes a browser send, or nobody sends, is not even read."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leave in the state of the request whom it is from: nobody is looked for where anybody is answered the same."""
        if scope["type"] != "http" or scope["path"].startswith("/static/") or scope["path"] == fraicheur.ADRESSE:
            await self._application(scope, receive, send)
            return
        requete = Request(scope)
        requete.state.personne = personne = await run_in_threadpool(reconnaitre, requete)
        suite: ASGIApp = self._application
        if personne is not None and not requete.app.state.portes.demandes.permettre(personne.login):
            suite = dire(requete, HTTPStatus.TOO_MANY_REQUESTS, TROP_DE_DEMANDES)
            suite.headers["Retry-After"] = "60"
        elif requete.method not in SANS_EFFET:
            receive = borner(requete, receive, requete.app.state.portes.services.taille_max_fichier)
            if not _de_ce_site(requete):
                suite = dire(requete, HTTPStatus.FORBIDDEN, D_AILLEURS)
            elif personne is None and REGLES.get(f"{requete.method} {requete.url.path}") != PUBLIC:
                requete = Request(scope, receive)
                await _garder_la_saisie(requete)
                suite = se_connecter(requete)
        try:
            await suite(scope, receive, send)
        finally:
            await fermer(requete)


class Promesses:
    """Refuses the names of other hosts: a page met elsewhere must not read this one; every answer has its headers."""

    def __init__(self, application: ASGIApp, exposition: Exposition, promis: Mapping[str, str]) -> None:
        self._application, self._exposition, self._promis = application, exposition, promis
        self._noms = frozenset(hote.lower() for hote in exposition.hotes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve under the names of the site, by TLS where others reach it."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        requete, suite = Request(scope), self._application
        nom = requete.headers.get("host", "").partition(":")[0].lower()
        if nom not in self._noms:
            suite = dire(requete, HTTPStatus.BAD_REQUEST, f"Ce service ne répond pas au nom « {nom} ».")
        elif not self._exposition.locale and requete.url.scheme != "https":
            suite = dire(requete, HTTPStatus.BAD_REQUEST, SANS_TLS)
        gardee = {} if requete.url.path.startswith("/static/") else {"Cache-Control": "no-store"}

        async def promettre(message: Message) -> None:
            if message["type"] == "http.response.start":
                entetes = MutableHeaders(scope=message)
                for promesse, valeur in {**self._promis, **gardee}.items():
                    entetes.setdefault(promesse, valeur)
            await send(message)

        await suite(scope, receive, promettre)


def _de_ce_site(requete: Request) -> bool:
    """Tell whether no page of another site made a browser send it; who is no browser says nothing of where it comes from."""
    site, origine = requete.headers.get("sec-fetch-site", "same-origin"), requete.headers.get("origin")
    ici = f"{requete.url.scheme}://{requete.headers.get('host')}"
    return site == "same-origin" and origine in {None, ici}


def se_connecter(requete: Request) -> Response:
    """Send a person to the page that signs in, and back; tell a program that it says who it is."""
    if requete.url.path.startswith("/api/"):
        reponse = dire(
            requete, HTTPStatus.UNAUTHORIZED, "Qui demande ? Connectez-vous, ou donnez le jeton d’une application."
        )
        reponse.headers["WWW-Authenticate"] = "Bearer"
        return reponse
    return _passer_par(requete, "/connexion")


async def _garder_la_saisie(requete: Request) -> None:
    """Keep the form that a session sends once it ended."""
    secret = requete.cookies.get(temoin(requete.app.state.portes), "")
    agent = await run_in_threadpool(requete.app.state.portes.site.sessions.agent_de, secret) if secret else None
    if agent is not None:
        requete.state.reprise = await garder_pour_plus_tard(requete, agent, jeton_de(secret))


def _passer_par(requete: Request, etape: str) -> Response:
    """Send to a page that leads back to where one was: the address that was read, or the page of what was posted."""
    if reprise := getattr(requete.state, "reprise", None):
        return RedirectResponse(f"{etape}?vers={quote(reprise)}", HTTPStatus.SEE_OTHER)
    page = urlsplit(str(requete.url) if requete.method in SANS_EFFET else requete.headers.get("referer", ""))
    vers = f"{page.path}?{page.query}" if page.query else page.path
    suite = f"?vers={quote(vers)}" if page.netloc == requete.headers.get("host") and vers != "/" else ""
    return RedirectResponse(f"{etape}{suite}", HTTPStatus.SEE_OTHER)


async def _a_prouver(requete: Request, erreur: Exception) -> Response:
    assert isinstance(erreur, AProuver)
    personne = personne_ou_non(requete)
    if requete.method not in SANS_EFFET and personne is not None:
        requete.state.reprise = await garder_pour_plus_tard(requete, personne.login, personne.jeton)
    if requete.url.path.startswith("/api/"):
        return dire(requete, HTTPStatus.FORBIDDEN, f"À confirmer d’abord sur la page {erreur.page} du site.")
    return _passer_par(requete, erreur.page)


def _non_connecte(requete: Request, _: Exception) -> Response:
    return se_connecter(requete)


def _refuse(requete: Request, erreur: Exception) -> Response:
    """Say why, and keep it with the refused attempts: a route, never an address."""
    assert isinstance(erreur, AccesRefuse)
    personne = personne_ou_non(requete)
    tentative = TentativeRefusee(
        commande_id=uuid4(),
        geste=f"{requete.method} {requete.scope['route'].path}",
        acteur=personne.login if personne else None,
        agregat="site",
        id=None,
        code=erreur.code,
    )
    requete.app.state.portes.services.store.enregistreur.noter_refus(tentative)
    refus = {"code": erreur.code, "message": erreur.detail, "champs": {}}
    return dire(requete, HTTPStatus.FORBIDDEN, erreur.detail, refus=refus)


def proteger(application: FastAPI, exposition: Exposition) -> None:
    """Put before an application the door and what every answer owes."""
    promis = ENTETES if exposition.locale else ENTETES | HTTPS
    fournisseur = application.state.portes.fournisseur
    if fournisseur is not None:  # who leaves by a form is sent on to it
        ici = f"form-action 'self' {fournisseur.origine}"
        promis = {nom: valeur.replace("form-action 'self'", ici) for nom, valeur in promis.items()}
    application.add_exception_handler(NonConnecte, _non_connecte)
    application.add_exception_handler(AProuver, _a_prouver)
    application.add_exception_handler(AccesRefuse, _refuse)
    application.add_middleware(Porte)
    application.add_middleware(Pannes)
    application.add_middleware(Promesses, exposition=exposition, promis=promis)
    application.add_middleware(SansCorps)
