"""The readings, as the documents of the outside contract."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from application.consultations import dossier as consultation
from application.consultations.historique import attentes_de, historique
from application.consultations.moment import Moment
from application.geste import resoudre_dossier
from kernel.refus import SaisieInvalide
from readmodels.file import queries
from web import mots
from web.dates import lire_moment
from web.erreurs import TYPE
from web.pages.file import role
from web.portes import LesPortes

LIMITE = 500


class CorpsDeRefus(BaseModel):
    """The refusal of the contract."""

    code: str
    message: str
    champs: dict[str, Any]


class Probleme(BaseModel):
    """A problem (RFC 9457), with the refusal when a rule said no."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    refus: CorpsDeRefus | None = None


def _reponse(texte: str) -> dict[str, Any]:
    return {"description": texte, "content": {TYPE: {"schema": Probleme.model_json_schema()}}}


routes = APIRouter(
    responses={404: _reponse("Référence inconnue ou mal recopiée."), 422: _reponse("Demande refusée.")},
    tags=["lectures"],
)
Au = Annotated[
    str, Query(description="Ce qui était vrai à cette date (AAAA-MM-JJ, sa fin) ou à cet instant (RFC 3339).")
]
ConnuAu = Annotated[str, Query(description="Ce qui était su à cet instant ; une date vaut sa fin.")]
Limite = Annotated[int, Query(ge=1, le=LIMITE)]
Decalage = Annotated[int, Query(ge=0, le=100_000_000)]


@routes.get("/api/v1/dossiers", summary="Les dossiers, par numéro")
def dossiers(
    portes: LesPortes,
    etat: str = "",
    q: Annotated[str, Query(max_length=200, description="Mots du numéro, du demandeur ou de l’objet.")] = "",
    limite: Limite = queries.PAGE,
    decalage: Decalage = 0,
) -> dict[str, Any]:
    """Return a page of dossiers, and how many there are."""
    if etat and etat not in mots.ETATS:
        raise SaisieInvalide(f"État inconnu : « {etat} ».", etat=etat)
    return queries.chercher(portes.a_jour(), etat=etat or None, mots=q, limite=limite, decalage=decalage)


@routes.get("/api/v1/dossiers/{ref}", summary="Un dossier")
def dossier(portes: LesPortes, ref: str, au: Au = "", connu_au: ConnuAu = "") -> dict[str, Any]:
    """Return a dossier at a date, as it was known."""
    return consultation.voir(portes.services, ref, lire_moment(au, connu_au))


@routes.get("/api/v1/dossiers/{ref}/historique", summary="Chaque fait d’un dossier, et sa phrase")
def historique_de_dossier(portes: LesPortes, ref: str, au: Au = "", connu_au: ConnuAu = "") -> list[dict[str, Any]]:
    """Return the facts of a dossier."""
    dossier_id = resoudre_dossier(ref)
    attentes_de(portes.services, "dossier", dossier_id, Moment(), ref)  # refuses an unknown reference
    return historique(portes.services, dossier_id, lire_moment(au, connu_au))


@routes.get("/api/v1/dossiers/{ref}/attentes", summary="Ce qu’un dossier attend")
def attentes(portes: LesPortes, ref: str, au: Au = "", connu_au: ConnuAu = "") -> list[dict[str, Any]]:
    """Return what a dossier awaits."""
    return attentes_de(portes.services, "dossier", resoudre_dossier(ref), lire_moment(au, connu_au), ref)


@routes.get("/api/v1/dossiers/{ref}/comparer", summary="Ce qui diffère entre deux dates")
def comparer(
    portes: LesPortes, ref: str, du: Au = "", au: Au = "", connu_du: ConnuAu = "", connu_au: ConnuAu = ""
) -> dict[str, Any]:
    """Return what differs between two moments of a dossier."""
    return consultation.comparer(portes.services, ref, lire_moment(du, connu_du), lire_moment(au, connu_au))


@routes.get("/api/v1/file", summary="Ce qui est attendu, le plus en retard d’abord")
def file(portes: LesPortes, de: str = "", limite: Limite = queries.PAGE, decalage: Decalage = 0) -> dict[str, Any]:
    """Return a page of the queue."""
    attendu_de = role(de)
    return queries.file(portes.a_jour(), portes.services.maintenant(), de=attendu_de, limite=limite, decalage=decalage)


@routes.get("/sante", summary="Le service répond, et jusqu’où il a lu", responses={404: {}, 422: {}})
def sante(portes: LesPortes) -> dict[str, Any]:
    """Return the head of the store and the position of the queue, without catching up."""
    enregistreur = portes.services.store.enregistreur
    return {
        "etat": "ok",
        "repetition": enregistreur.est_repetition(),
        "positions": {
            "store": enregistreur.derniere_position(),
            "projections": {nom: portes.lectures.position(nom) for nom in portes.lectures.projections},
        },
    }
