"""A refusal or a fault, said to people as a French page and to programs as a problem (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from application.gestes.recueil import par_leurs_titres
from kernel.refus import Empechement, Refus
from web.gabarits import page, page_sans_base

STATUTS = {
    **dict.fromkeys(
        ("reference_inconnue", "reference_illisible", "lot_inconnu", "rien_a_calculer"), HTTPStatus.NOT_FOUND
    ),
    **dict.fromkeys(
        ("role_manquant", "absent", "acteur_inconnu", "quatre_yeux", "reserve_aux_personnes", "hors_du_jeton"),
        HTTPStatus.FORBIDDEN,
    ),
    **dict.fromkeys(("geste_impossible", "deja_decide_autrement"), HTTPStatus.CONFLICT),
    "version_perimee": HTTPStatus.PRECONDITION_FAILED,
    "corps_trop_lent": HTTPStatus.REQUEST_TIMEOUT,
    "corps_interrompu": HTTPStatus.BAD_REQUEST,
    "corps_d_une_autre_forme": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "fichier_trop_volumineux": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
"""The status of a refusal, by its code; of the others, 422."""
TYPE = "application/problem+json"
TITRES = {
    HTTPStatus.BAD_REQUEST: "Demande illisible",
    HTTPStatus.UNAUTHORIZED: "Connexion requise",
    HTTPStatus.FORBIDDEN: "Demande refusée",
    HTTPStatus.NOT_FOUND: "Page introuvable",
    HTTPStatus.TOO_MANY_REQUESTS: "Trop de demandes",
    HTTPStatus.METHOD_NOT_ALLOWED: "Cette page ne reçoit rien",
    HTTPStatus.REQUEST_TIMEOUT: "Demande trop lente",
    HTTPStatus.CONFLICT: "L’état ne le permet pas",
    HTTPStatus.PRECONDITION_FAILED: "Version dépassée",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Demande trop lourde",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Demande d’une autre forme",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Demande refusée",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Le service n’a pas pu répondre",
    HTTPStatus.SERVICE_UNAVAILABLE: "Le service ne peut pas répondre pour le moment",
}
CHEMINS = {
    HTTPStatus.NOT_FOUND: "Aucune page n’existe à cette adresse.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "La faute est de notre côté. Rien n’a été modifié ; vous pouvez réessayer.",
}


def installer(application: FastAPI) -> None:
    """Add the handlers."""
    application.add_exception_handler(Refus, _refus)
    application.add_exception_handler(Empechement, _empechement)
    application.add_exception_handler(RequestValidationError, _parametre)
    application.add_exception_handler(HTTPException, _http)
    application.add_exception_handler(Exception, _faute)


def _refus(request: Request, erreur: Exception) -> Response:
    assert isinstance(erreur, Refus)
    statut = STATUTS.get(erreur.code, HTTPStatus.UNPROCESSABLE_ENTITY)
    return dire(request, statut, erreur.message, **erreur.en_json())


def _empechement(request: Request, erreur: Exception) -> Response:
    assert isinstance(erreur, Empechement)
    return dire(request, HTTPStatus.SERVICE_UNAVAILABLE, erreur.message)


def _parametre(request: Request, erreur: Exception) -> Response:
    assert isinstance(erreur, RequestValidationError)
    noms = ", ".join(sorted({str(e["loc"][-1]) for e in erreur.errors()}))
    ou = "les en-têtes" if erreur.errors()[0]["loc"][0] == "header" else "l’adresse"
    message = f"Valeur impossible dans {ou} : {noms}."
    refus = {"code": "saisie_invalide", "message": message, "champs": {"parametres": noms}}
    return dire(request, HTTPStatus.UNPROCESSABLE_ENTITY, message, refus=refus)


def _http(request: Request, erreur: Exception) -> Response:
    assert isinstance(erreur, HTTPException)
    if isinstance(erreur.__cause__, Refus):  # the framework was reading the body
        return _refus(request, erreur.__cause__)
    statut = HTTPStatus(erreur.status_code)
    reponse = dire(request, statut, CHEMINS.get(statut, TITRES.get(statut, statut.phrase)))
    reponse.headers.update(erreur.headers or {})
    return reponse


def _faute(request: Request, _: Exception) -> Response:
    """Say that it is our fault; the server logs it once, in full."""
    return dire(request, HTTPStatus.INTERNAL_SERVER_ERROR, CHEMINS[HTTPStatus.INTERNAL_SERVER_ERROR])


def dire(request: Request, statut: HTTPStatus, message: str, **champs: Any) -> Response:
    """Return the problem of a resource, or the page of an address."""
    titre = TITRES.get(statut, statut.phrase)
    if _veut_un_probleme(request):
        return _probleme(request, statut, titre, message, champs)
    if statut is HTTPStatus.NOT_FOUND and champs:
        titre = "Dossier ou élément introuvable"
    return page(request, "erreur.html", statut=statut, titre=titre, message=par_leurs_titres(message))


def dire_sans_base(request: Request, statut: HTTPStatus, message: str) -> Response:
    """Return the same, where nothing can be asked of the base."""
    titre = TITRES.get(statut, statut.phrase)
    if _veut_un_probleme(request):
        return _probleme(request, statut, titre, message, {})
    return page_sans_base(request, "erreur.html", statut=statut, titre=titre, message=message)


def _veut_un_probleme(request: Request) -> bool:
    return request.url.path.startswith("/api/") or request.url.path == "/sante"


def _probleme(request: Request, statut: HTTPStatus, titre: str, message: str, champs: dict[str, Any]) -> Response:
    corps = {
        "type": "about:blank",
        "title": titre,
        "status": int(statut),
        "detail": message,
        "instance": request.url.path,
        **champs,
    }
    return JSONResponse(corps, status_code=statut, media_type=TYPE)
