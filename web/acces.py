"""Who may reach what: one table, a route and a method to a rule. What is not in it is refused."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final, Literal
from urllib.parse import quote, urlsplit
from uuid import uuid4

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application import lignes, mots
from application.applications import exiger_lisible
from application.gestes.recueil import tous
from application.ports import TentativeRefusee
from kernel.attentes import Role
from web import fraicheur, preuve
from web.adresses import COLLECTIONS, adresse_du_geste
from web.brouillons import JETON, garder_pour_plus_tard
from web.corps import borner, fermer, lire_formulaire
from web.erreurs import dire
from web.exposition import Exposition
from web.navigation import ADMINISTRATION, PILOTAGE
from web.pannes import Pannes
from web.personne import Personne, jeton_de, personne_ou_non, reconnaitre, temoin
from web.portes import Portes

Regle = Literal["public", "connecte"] | frozenset[Role]
"""Anybody; any agent signed in; an agent who may act under one of these roles."""
PUBLIC: Final = "public"
CONNECTE: Final = "connecte"
COMPTABLES: Final = frozenset({Role.FINANCE, Role.ORDONNATEUR, Role.AUDITEUR})
ENVELOPPES: Final = COMPTABLES | {Role.RESPONSABLE, Role.ADMINISTRATEUR}
ADMINISTRATEUR: Final = frozenset({Role.ADMINISTRATEUR})
LECTURES_LUES: Final = frozenset({Role.AUDITEUR})
REFUS_LUS: Final = LECTURES_LUES | ADMINISTRATEUR
AUDIT: Final = REFUS_LUS | {Role.RESPONSABLE}
"""Who plays the past again and searches the facts; fewer read who was refused, and who read."""

REGLES: Final[Mapping[str, Regle]] = {
    "GET /": CONNECTE,
    "GET /accessibilite": PUBLIC,
    "GET /plan-du-site": PUBLIC,
    "GET /connexion": PUBLIC,
    "POST /connexion": PUBLIC,
    "POST /connexion/agir-comme": PUBLIC,
    "GET /connexion/oidc": PUBLIC,
    "GET /connexion/oidc/retour": PUBLIC,
    "POST /deconnexion": PUBLIC,
    "GET /invitation/{secret}": PUBLIC,
    "POST /invitation": PUBLIC,
    **dict.fromkeys(("GET /avis/{secret}", "GET /avis/{secret}/pieces/{version}", "POST /avis"), PUBLIC),
    "GET /preuve": CONNECTE,
    "POST /preuve": CONNECTE,
    "GET /second-facteur": CONNECTE,
    "POST /second-facteur": CONNECTE,
    "GET /sessions": CONNECTE,
    "POST /sessions/fermer": CONNECTE,
    "GET /comptes": ADMINISTRATEUR,
    "POST /comptes/{agent}/inviter": ADMINISTRATEUR,
    "POST /comptes/{agent}/reinitialiser": ADMINISTRATEUR,
    "POST /comptes/{agent}/fermer": ADMINISTRATEUR,
    "GET /jetons": ADMINISTRATEUR,
    "GET /jetons/creer": ADMINISTRATEUR,
    "POST /jetons/creer": ADMINISTRATEUR,
    "POST /jetons/{jeton}/revoquer": ADMINISTRATEUR,
    "GET /webhooks": ADMINISTRATEUR,
    "GET /webhooks/creer": ADMINISTRATEUR,
    "POST /webhooks/creer": ADMINISTRATEUR,
    "GET /webhooks/{webhook}": ADMINISTRATEUR,
    "POST /webhooks/{webhook}/tourner": ADMINISTRATEUR,
    "POST /webhooks/{webhook}/rejouer": ADMINISTRATEUR,
    "POST /webhooks/{webhook}/revoquer": ADMINISTRATEUR,
    "GET /teleservices": ADMINISTRATEUR,
    "GET /recherche": CONNECTE,
    "GET /administration": ADMINISTRATION,
    "GET /campagnes": CONNECTE,
    "GET /campagnes/{ref}": CONNECTE,
    **{f"{methode} /campagnes/{{ref}}/simuler": AUDIT for methode in ("GET", "POST")},
    "GET /references": CONNECTE,
    "GET /pilotage": PILOTAGE,
    "GET /pilotage/{campagne}": PILOTAGE,
    "GET /aide": CONNECTE,
    "GET /aide/{guide}": CONNECTE,
    "GET /aide/ecrans/{ecran}": CONNECTE,
    "GET /file": CONNECTE,
    "POST /file/vues": CONNECTE,
    "POST /file/vues/{vue}/oter": CONNECTE,
    "GET /lots": CONNECTE,
    "POST /lots": CONNECTE,
    "GET /lots/{lot}": CONNECTE,
    "POST /lots/{lot}": CONNECTE,
    "GET /echeances": CONNECTE,
    "GET /echeances.ics": CONNECTE,
    **dict.fromkeys(("GET /en-retard", "GET /bloques"), CONNECTE),
    **dict.fromkeys(("GET /brouillons", "POST /brouillons/{brouillon}/oter"), CONNECTE),  # one's own
    "GET /dossiers": CONNECTE,
    "GET /dossiers/{ref}": CONNECTE,
    "GET /dossiers/{ref}/comparer": CONNECTE,
    "GET /dossiers/{ref}/paiements": CONNECTE,
    "GET /dossiers/{ref}/pieces/{piece_ou_version}": CONNECTE,  # then by CONTENUS
    **{f"{methode} /dossiers/{{ref}}/avis/lien": frozenset({Role.INSTRUCTEUR}) for methode in ("GET", "POST")},
    **{f"GET /dossiers/{{ref}}/{suite}": CONNECTE for suite in ("documents/{edition}", "projets/{nature}")},  # likewise
    "GET /audit": AUDIT,
    "GET /audit/rejeu": AUDIT,
    "GET /audit/rejeu/{ref}": AUDIT,
    "GET /audit/faits": AUDIT,
    "GET /audit/faits.csv": AUDIT,
    "GET /audit/faits/{position}": AUDIT,
    "GET /audit/questions/{code}": AUDIT,
    "GET /audit/preuves": AUDIT,
    "GET /audit/exports/{ref}": LECTURES_LUES,
    "GET /audit/refus": REFUS_LUS,
    "GET /audit/lectures": LECTURES_LUES,
    "GET /audit/lectures.csv": LECTURES_LUES,
    "GET /elements/{espece}/{ref}": CONNECTE,
    "GET /seances": CONNECTE,
    "GET /seances/{ref}": CONNECTE,
    "GET /deliberations/{ref}": CONNECTE,
    "GET /finance": COMPTABLES,
    "GET /rejets": COMPTABLES,
    "GET /bordereaux": COMPTABLES,
    "GET /bordereaux/{ref}": CONNECTE,  # without bank details but for COMPTABLES
    "GET /enveloppes": ENVELOPPES,
    "GET /enveloppes/{ref}": CONNECTE,
    "GET /seances/{ref}/scrutin": frozenset({Role.ASSEMBLEES}),
    "POST /seances/{ref}/scrutin": frozenset({Role.ASSEMBLEES}),
    "GET /{collection}/gestes/{nom}": CONNECTE,
    "POST /{collection}/gestes/{nom}": CONNECTE,
    "GET /{collection}/{ref}/gestes/{nom}": CONNECTE,
    "POST /{collection}/{ref}/gestes/{nom}": CONNECTE,
    "GET /horloge": CONNECTE,
    "POST /horloge": CONNECTE,
    "GET /sante": PUBLIC,
    "GET /position": PUBLIC,
    "GET /api": PUBLIC,
    "GET /api/v1/openapi.json": PUBLIC,
    "GET /api/v1/file": CONNECTE,
    "GET /api/v1/dossiers/{ref}/comparer": CONNECTE,
    "GET /api/v1/dossiers/{ref}/recalculer": CONNECTE,
    "GET /api/v1/evenements": CONNECTE,
    **{
        f"GET /api/v1/{chemin}{suite}": CONNECTE
        for chemin in COLLECTIONS
        for suite in ("", "/{ref}", "/{ref}/historique", "/{ref}/attentes")
    },
    "GET /api/v1/tiers/{ref}": COMPTABLES,
    **{f"POST {adresse_du_geste(geste)}": CONNECTE for geste in tous()},  # the geste itself says who may
}
"""The only one. A key is the method and the template of a route. Who is outside reaches only `PAR_LIGNE`."""
PAR_LIGNE: Final = frozenset({"GET /api/v1/dossiers/{ref}/attentes"})
"""What who is outside (partenaire, porteur) reads of the dossiers that concern it, and of no other."""

_INSTRUIRE: Final = frozenset({Role.INSTRUCTEUR, Role.RESPONSABLE, Role.AUDITEUR})
_SUIVRE: Final = _INSTRUIRE | {Role.ASSEMBLEES, Role.FINANCE, Role.ORDONNATEUR}
CONTENUS: Final[Mapping[str, frozenset[Role]]] = {
    "le contact": _SUIVRE - {Role.ORDONNATEUR},
    "la demande": _SUIVRE | {Role.PARTENAIRE, Role.PORTEUR},
    "les motifs": _SUIVRE | {Role.ADMINISTRATEUR},
    "les avis": _INSTRUIRE | {Role.ASSEMBLEES},
    "les pièces": _SUIVRE | {Role.PORTEUR},
}
"""What of a dossier the coffre holds, and who reads it. A partner and an applicant, who do not sign in yet, read no avis."""

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
SANS_EFFET: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SANS_JETON: Final = "Cette page a été ouverte avant votre connexion, ou sous un autre nom : rechargez-la."
TROP_DE_DEMANDES: Final = "Trop de demandes en une minute sous votre nom : attendez un peu, puis réessayez."
D_UNE_PERSONNE: Final = "Ce geste engage l’institution : une personne le fait, connectée sous son nom."
DU_DEHORS: Final = "Ceci est réservé à l’institution."
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


def _de_ce_site(requete: Request) -> bool:
    """Tell whether no page of another site made a browser send it; who is no browser says nothing of where it comes from."""
    site, origine = requete.headers.get("sec-fetch-site", "same-origin"), requete.headers.get("origin")
    ici = f"{requete.url.scheme}://{requete.headers.get('host')}"
    return site == "same-origin" and origine in {None, ici}


class NonConnecte(Exception):
    """Nobody is signed in, where somebody must be."""


class AProuver(Exception):
    """Who is signed in must first go to this page."""

    def __init__(self, page: str) -> None:
        super().__init__(page)
        self.page = page


class AccesRefuse(HTTPException):
    """Who is signed in may not: its reason is said."""

    def __init__(self, raison: str, code: str) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, raison)
        self.code = code


async def autoriser(requete: Request) -> None:
    """Let pass who may reach the route that answers, or refuse with NonConnecte, AProuver or AccesRefuse."""
    personne, cle = personne_ou_non(requete), f"{requete.method} {requete.scope['route'].path}"
    regle = REGLES.get(cle)
    if regle is None:
        raise AccesRefuse("Personne n’a encore accès à cette adresse.", "sans_regle")
    if personne is not None:
        if regle != PUBLIC:
            _exiger(requete, personne, regle)
        if requete.method not in SANS_EFFET and personne.session is not None:
            await _exiger_le_jeton(requete, personne)
    elif regle != PUBLIC:
        raise NonConnecte


def _exiger(requete: Request, personne: Personne, regle: Regle) -> None:
    portes: Portes = requete.app.state.portes
    if lignes.est_du_dehors(personne.roles) and not (
        f"{requete.method} {requete.scope['route'].path}" in PAR_LIGNE
        and lignes.lit(portes.services, personne.roles, personne.attache, requete.path_params["ref"])
    ):
        raise AccesRefuse(DU_DEHORS, "du_dehors")
    if personne.application is not None and requete.method == "GET":
        exiger_lisible(requete.url.path.split("/")[3], personne.lectures)
    if isinstance(regle, frozenset) and not personne.roles & regle:
        raise AccesRefuse(
            f"Cette page est réservée : {mots.roles(regle)}. Vous êtes {personne.login} ({personne.titre}).",
            "role_manquant",
        )
    if preuve.facteur_manque(personne, portes) and requete.url.path != "/second-facteur":
        raise AProuver("/second-facteur")
    if preuve.est_sensible(requete.url.path) and preuve.manque(personne, portes):
        if personne.session is None:
            raise AccesRefuse(D_UNE_PERSONNE, "d_une_personne")
        raise AProuver("/preuve")


async def _exiger_le_jeton(requete: Request, personne: Personne) -> None:
    """Refuse what does not carry the jeton of the session, in a hidden field or, from a script of ours, in a header."""
    donne = requete.headers.get("x-jeton", "" if requete.url.path.startswith("/api/") else None)
    if donne is None:
        donne = str((await lire_formulaire(requete)).get(JETON, ""))
    if not hmac.compare_digest(donne.encode(), personne.jeton.encode()):
        raise AccesRefuse(SANS_JETON, "sans_jeton")


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
    """Add the door, the security headers, and refuse the names of other hosts: a page met elsewhere must not read this one."""
    noms = frozenset(hote.lower() for hote in exposition.hotes)
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

    @application.middleware("http")
    async def entetes(requete: Request, suite: Callable[[Request], Awaitable[Response]]) -> Response:
        nom = requete.headers.get("host", "").partition(":")[0].lower()
        if nom not in noms:
            reponse = dire(requete, HTTPStatus.BAD_REQUEST, f"Ce service ne répond pas au nom « {nom} ».")
        elif not exposition.locale and requete.url.scheme != "https":
            reponse = dire(requete, HTTPStatus.BAD_REQUEST, SANS_TLS)
        else:
            reponse = await suite(requete)
        for nom, valeur in promis.items():
            reponse.headers.setdefault(nom, valeur)
        if not requete.url.path.startswith("/static/"):
            reponse.headers.setdefault("Cache-Control", "no-store")
        return reponse

    application.add_middleware(SansCorps)
