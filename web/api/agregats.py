"""One aggregate: its document, its facts, what it awaits, at a date and as it was known."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter

from application.consultations import dossier
from application.consultations.historique import attentes_de, exiger_id, historique
from application.consultations.voir import voir
from web.adresses import COLLECTIONS
from web.api.commun import REFUS, Au, ConnuAu
from web.dates import lire_moment
from web.portes import LesPortes

SANS_DOCUMENT: Final = {"tiers", "assemblee", "seance"}
"""Kinds whose facts and attentes alone are published."""

routes = APIRouter(responses=REFUS, tags=["agrégats"])


def _voir(espece: str) -> Callable[..., dict[str, Any]]:
    def lire(portes: LesPortes, ref: str, au: Au = "", connu_au: ConnuAu = "") -> dict[str, Any]:
        moment = lire_moment(au, connu_au)
        if espece == "dossier":
            return dossier.voir(portes.services, ref, moment)
        return voir(portes.services, espece, ref, moment)

    return lire


def _historique(espece: str) -> Callable[..., list[dict[str, Any]]]:
    def lire(portes: LesPortes, ref: str, au: Au = "", connu_au: ConnuAu = "") -> list[dict[str, Any]]:
        moment = lire_moment(au, connu_au)
        return historique(portes.services, exiger_id(portes.services, espece, ref), moment)

    return lire


def _attentes(espece: str) -> Callable[..., list[dict[str, Any]]]:
    def lire(portes: LesPortes, ref: str, au: Au = "", connu_au: ConnuAu = "") -> list[dict[str, Any]]:
        return attentes_de(portes.services, espece, ref, lire_moment(au, connu_au))

    return lire


for chemin, espece in COLLECTIONS.items():
    adresse = f"/api/v1/{chemin}/{{ref}}"
    if espece not in SANS_DOCUMENT:
        routes.get(adresse, summary=f"Son état : {espece}", operation_id=f"{espece}_voir")(_voir(espece))
    routes.get(
        f"{adresse}/historique", summary=f"Chaque fait, et sa phrase : {espece}", operation_id=f"{espece}_historique"
    )(_historique(espece))
    routes.get(f"{adresse}/attentes", summary=f"Ce qui est attendu : {espece}", operation_id=f"{espece}_attentes")(
        _attentes(espece)
    )
