"""Programs, for an administrateur: the tokens they act and read with, and the addresses that are told each fact."""

from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from application import mots
from application.applications import JOURS, JOURS_MAX, LECTURES, creer_jeton, permis, revoquer_jeton
from application.gestes.recueil import titre_dit, tous
from application.habilitations import agents_de_l_institution
from application.livraisons import creer_webhook, exiger_webhook, revoquer_webhook, tourner_webhook
from application.webhooks import Livraison, Webhook
from kernel.refus import Refus
from kernel.textes import de
from web import dates
from web.brouillons import reprendre
from web.corps import PETIT
from web.gabarits import page
from web.personne import LaPersonne
from web.portes import POSITION_MAX, LesPortes, Portes

routes = APIRouter(include_in_schema=False, max_body_size=PETIT)
NOMS_DE_LECTURE: Final = {
    "assemblees": "assemblées",
    "deliberations": "délibérations",
    "evenements": "événements",
    "seances": "séances",
}
"""What is read, as people write it, where an address cannot."""
MONTREES: Final = 200
"""Deliveries that the page of a webhook shows: who receives nothing for three days misses every fact."""
STATUTS: Final = {
    "": "pas encore essayé",
    "adresse_privee": "l’adresse mène à l’intérieur",
    "certificat": "le certificat n’est pas le bon",
    "injoignable": "personne ne répond à cette adresse",
    "nom_inconnu": "ce nom est inconnu",
    "sans_reponse": "pas de réponse à temps",
    "sans_tls": "l’adresse n’est pas en https",
}
"""What a delivery met, by the code that `adapters/envois.py` gives it; any other is the status of an answer."""


@routes.get("/jetons")
def jetons(request: Request, portes: LesPortes) -> HTMLResponse:
    """Show the tokens ever given: to which application, for what, until when."""
    maintenant = portes.site.maintenant()
    lignes = [
        {
            "id": jeton.id,
            "nom": jeton.nom,
            "agent": jeton.agent,
            "pour": [*map(titre_dit, jeton.gestes), *(f"lire : {_lecture(nom)}" for nom in jeton.lectures)],
            "cree": f"le {dates.moment(jeton.cree_le)} par {jeton.cree_par}",
            "vu": dates.moment(jeton.vu_le) if jeton.vu_le else "jamais",
            "expire": dates.moment(jeton.expire_le),
            "etat": "révoqué" if jeton.revoque_le else "expiré" if jeton.expire_le <= maintenant else "valable",
        }
        for jeton in portes.site.jetons.tous()
    ]
    return page(request, "jetons.html", lignes=lignes)


@routes.get("/jetons/creer")
def donner(request: Request, portes: LesPortes, personne: LaPersonne, brouillon: str = "") -> HTMLResponse:
    """Show what an application may be given; what was typed before one had to prove who it is comes back."""
    garde = reprendre(portes, personne.login, brouillon)
    if garde is None:
        return _formulaire(request, portes, {"jours": str(JOURS)})
    tape = {nom: garde.texte(nom) for nom in ("agent", "nom", "jours")}
    listes = {nom: garde.textes.get(nom, ()) for nom in ("gestes", "lectures")}
    return _formulaire(request, portes, {**tape, **listes}, garde=True)


@routes.post("/jetons/creer")
def creer(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    agent: Annotated[str, Form(max_length=100)] = "",
    nom: Annotated[str, Form(max_length=200)] = "",
    jours: Annotated[str, Form(max_length=10)] = "",
    gestes: Annotated[list[str] | None, Form(max_length=200)] = None,
    lectures: Annotated[list[str] | None, Form(max_length=200)] = None,
) -> HTMLResponse:
    """Give a token, and show its secret once: nothing else ever shows it."""
    tape = {"agent": agent, "nom": nom.strip(), "jours": jours, "gestes": gestes or [], "lectures": lectures or []}
    try:
        secret, jeton = creer_jeton(
            portes.services,
            portes.site,
            personne.login,
            agent=agent,
            nom=nom.strip(),
            gestes=tape["gestes"],
            lectures=tape["lectures"],
            jours=int(jours) if jours.isdecimal() else 0,
        )
    except Refus as refus:
        return _formulaire(request, portes, tape, refus)
    return page(request, "secret.html", titre=f"Jeton {de(jeton.nom)}", secret=secret, retour="/jetons")


@routes.post("/jetons/{jeton}/revoquer")
def revoquer(portes: LesPortes, personne: LaPersonne, jeton: UUID) -> Response:
    """End a token at once."""
    revoquer_jeton(portes.services, portes.site, personne.login, jeton)
    return RedirectResponse("/jetons", HTTPStatus.SEE_OTHER)


@routes.get("/webhooks")
def webhooks(request: Request, portes: LesPortes) -> HTMLResponse:
    """Show who is told each fact, up to where, and what could not be."""
    livraisons = portes.site.livraisons
    lignes = []
    for webhook in livraisons.tous():
        reste = livraisons.de(webhook.id)
        mortes = sum(une.morte_le is not None for une in reste)
        lignes.append({**_webhook(webhook), "mortes": mortes, "attente": len(reste) - mortes})
    return page(request, "webhooks.html", lignes=lignes)


@routes.get("/webhooks/creer")
def inscrire(request: Request, portes: LesPortes, personne: LaPersonne, brouillon: str = "") -> HTMLResponse:
    """Ask for an address; the one typed before one had to prove who it is comes back."""
    garde = reprendre(portes, personne.login, brouillon)
    url = "" if garde is None else garde.texte("url")
    return page(request, "webhook_creer.html", url=url, refus=None, garde=garde is not None)


@routes.post("/webhooks/creer")
def ouvrir(
    request: Request, portes: LesPortes, personne: LaPersonne, url: Annotated[str, Form(max_length=600)] = ""
) -> HTMLResponse:
    """Tell an address each fact from now on, and show its secret once."""
    try:
        webhook = creer_webhook(portes.services, portes.site.livraisons, personne.login, url.strip())
    except Refus as refus:
        statut = HTTPStatus.UNPROCESSABLE_ENTITY
        return page(request, "webhook_creer.html", statut=statut, url=url, refus=refus.message, garde=False)
    retour = f"/webhooks/{webhook.id}"
    return page(request, "secret.html", titre="Secret du webhook", secret=webhook.secrets[0], retour=retour)


@routes.get("/webhooks/{webhook}")
def voir(request: Request, portes: LesPortes, webhook: UUID) -> HTMLResponse:
    """Show one: how many secrets sign, and the first facts that it was not told, with what the last attempt met."""
    lu, reste = exiger_webhook(portes.site.livraisons, webhook), portes.site.livraisons.de(webhook)
    return page(
        request,
        "webhook.html",
        **_webhook(lu),
        secrets=len(lu.secrets),
        total=len(reste),
        mortes=any(une.morte_le is not None for une in reste),
        reste=[_livraison(une) for une in reste[:MONTREES]],
    )


@routes.post("/webhooks/{webhook}/tourner")
def tourner(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    webhook: UUID,
    finir: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Draw a second secret, shown once, both signing; with `finir`, forget the former one."""
    livraisons, ici = portes.site.livraisons, f"/webhooks/{webhook}"
    # drawn twice, the one in use would be lost
    if len(exiger_webhook(livraisons, webhook).secrets) > 1 and not finir:
        return RedirectResponse(ici, HTTPStatus.SEE_OTHER)
    secret = tourner_webhook(livraisons, personne.login, webhook, finir=bool(finir))
    if secret is None:
        return RedirectResponse(ici, HTTPStatus.SEE_OTHER)
    return page(request, "secret.html", titre="Nouveau secret du webhook", secret=secret, retour=ici)


@routes.post("/webhooks/{webhook}/rejouer")
def rejouer(
    portes: LesPortes, webhook: UUID, position: Annotated[int | None, Form(ge=1, le=POSITION_MAX)] = None
) -> Response:
    """Try again what is dead, or one fact."""
    portes.site.livraisons.rejouer(exiger_webhook(portes.site.livraisons, webhook).id, position)
    return RedirectResponse(f"/webhooks/{webhook}", HTTPStatus.SEE_OTHER)


@routes.post("/webhooks/{webhook}/revoquer")
def arreter(portes: LesPortes, personne: LaPersonne, webhook: UUID) -> Response:
    """Tell it nothing more."""
    revoquer_webhook(portes.site.livraisons, personne.login, webhook)
    return RedirectResponse(f"/webhooks/{webhook}", HTTPStatus.SEE_OTHER)


def _formulaire(
    request: Request, portes: Portes, tape: dict[str, Any], refus: Refus | None = None, *, garde: bool = False
) -> HTMLResponse:
    """Show the form of a token with what was typed: an application is an agent without an account, with its own roles."""
    groupes: dict[str, list[tuple[str, str]]] = {}
    for geste in filter(permis, tous()):
        noms = groupes.setdefault(mots.mot(mots.ESPECES, geste.agregat), [])
        noms.append((f"{geste.agregat} {geste.nom}", geste.titre))
    comptes = {compte.agent for compte in portes.site.comptes.tous()}
    agents = agents_de_l_institution(portes.services.store, portes.services.maintenant())
    return page(
        request,
        "jeton_creer.html",
        statut=HTTPStatus.OK if refus is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        tape={"agent": "", "nom": "", "gestes": [], "lectures": [], **tape},
        refus=refus and refus.message,
        garde=garde,
        agents=[(login, mots.roles(roles)) for login, roles in agents if login not in comptes],
        groupes=groupes,
        lectures=[(nom, _lecture(nom)) for nom in LECTURES],
        jours_max=JOURS_MAX,
    )


def _lecture(nom: str) -> str:
    return NOMS_DE_LECTURE.get(nom, nom)


def _webhook(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "position": webhook.position,
        "cree": f"le {dates.moment(webhook.cree_le)} par {webhook.cree_par}",
        "revoque": dates.moment(webhook.revoque_le) if webhook.revoque_le else "",
    }


def _livraison(une: Livraison) -> dict[str, Any]:
    return {
        "position": une.position,
        "essais": une.essais,
        "statut": STATUTS.get(une.statut, f"réponse {une.statut}"),
        "depuis": dates.moment(une.depuis) if une.depuis else "",
        "morte": dates.moment(une.morte_le) if une.morte_le else "",
        "prochain": dates.moment(une.prochain_le) if une.prochain_le else "",
    }
