"""One aggregate: its document, its facts, what it awaits, at a date and as it was known; and those of its kind."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response

from application import mots
from application.consultations import dossier
from application.consultations.historique import attentes_de, exiger_id, historique
from application.consultations.moment import Moment
from application.consultations.voir import voir
from readmodels.file import requetes
from web.adresses import COLLECTIONS
from web.api.attentes import AttenteLue
from web.api.commun import REF, REFUS, Au, ConnuAu, Limite, etiquette, lue
from web.api.documents import VUES
from web.api.reponses import AgregatEnBref, FaitLu, Page
from web.contenus import communiquer, services_pour
from web.dates import lire_moment
from web.personne import LaPersonne
from web.portes import Apres, LesPortes

routes = APIRouter(responses=REFUS)

Ref = Annotated[str, Path(description=REF)]

_DOCUMENT: Final[dict[str, Callable[..., dict[str, Any]]]] = {"dossier": dossier.voir}
"""What says more than the common reading."""


def _voir(espece: str) -> Callable[..., dict[str, Any]]:
    def lire(
        portes: LesPortes, personne: LaPersonne, reponse: Response, ref: Ref, au: Au = "", connu_au: ConnuAu = ""
    ) -> dict[str, Any]:
        moment = lire_moment(au, connu_au)
        services = services_pour(portes, personne, espece, exiger_id(portes.services, espece, ref), "la demande")
        document = _DOCUMENT.get(espece, partial(voir, espece=espece))(services, reference=ref, moment=moment)
        if moment == Moment():  # the version of a past state is none to act on
            reponse.headers["ETag"] = etiquette(document["version"])
        return document

    return lire


def _historique(espece: str) -> Callable[..., list[dict[str, Any]]]:
    def lire(
        portes: LesPortes, personne: LaPersonne, ref: Ref, au: Au = "", connu_au: ConnuAu = ""
    ) -> list[dict[str, Any]]:
        moment, lequel = lire_moment(au, connu_au), exiger_id(portes.services, espece, ref)
        services = services_pour(portes, personne, espece, lequel, "les motifs")
        return communiquer(personne, historique(services, lequel, moment))

    return lire


def _attentes(espece: str) -> Callable[..., list[dict[str, Any]]]:
    def lire(portes: LesPortes, ref: Ref, au: Au = "", connu_au: ConnuAu = "") -> list[dict[str, Any]]:
        return attentes_de(portes.services, espece, ref, lire_moment(au, connu_au))

    return lire


def _lister(espece: str) -> Callable[..., dict[str, Any]]:
    def lire(portes: LesPortes, limite: Limite = requetes.PAGE, apres: Apres = "") -> dict[str, Any]:
        return requetes.lister(portes.a_jour(), espece, limite=limite, apres=apres)

    return lire


def _publier(chemin: str, espece: str) -> None:
    adresse = f"/api/v1/{chemin}/{{ref}}"
    for suite, quoi, resume, fonction, modele in (
        ("", "voir", "Ce qu’on en sait, à une date et tel qu’on le connaissait", _voir, VUES[espece]),
        ("/historique", "historique", "Chaque fait, sa phrase, ses deux dates", _historique, list[FaitLu]),
        ("/attentes", "attentes", "Ce qui est attendu, de qui, depuis et jusqu’à quand", _attentes, list[AttenteLue]),
    ):
        routes.get(
            f"{adresse}{suite}",
            summary=resume,
            operation_id=f"{espece}_{quoi}",
            tags=[mots.ESPECES[espece]],
            response_model=None,
            responses=lue(modele),
        )(fonction(espece))
    if espece != "dossier":  # their list is searched
        routes.get(
            f"/api/v1/{chemin}",
            summary="Leurs numéros, et où chacun en est",
            operation_id=f"{espece}_lister",
            tags=[mots.ESPECES[espece]],
            response_model=None,
            responses=lue(Page[AgregatEnBref]),
        )(_lister(espece))


for un_chemin, une_espece in COLLECTIONS.items():
    _publier(un_chemin, une_espece)
