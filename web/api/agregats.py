"""One aggregate: its document, its facts, what it awaits, at a date and as it was known."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter

from application.consultations import argent, bordereaux, campagnes, deliberations, dossier
from application.consultations.historique import attentes_de, exiger_id, historique
from application.consultations.moment import Moment
from application.references import id_de
from application.services import Services
from web.api.commun import REFUS, Au, ConnuAu
from web.dates import lire_moment
from web.portes import LesPortes

Consultation = Callable[[Services, str, Moment], dict[str, Any]]
COLLECTIONS: Final[dict[str, tuple[str, Consultation | None]]] = {
    "dossiers": ("dossier", dossier.voir),
    "campagnes": ("campagne", campagnes.voir),
    "tiers": ("tiers", None),
    "assemblees": ("assemblee", None),
    "seances": ("seance", None),
    "deliberations": ("deliberation", deliberations.voir),
    "enveloppes": ("enveloppe", argent.voir_enveloppe),
    "subventions": ("subvention", argent.voir_subvention),
    "bordereaux": ("bordereau", bordereaux.voir),
}
"""Path, kind of aggregate, and its document when it has one. Agents are people: they are not published here."""

routes = APIRouter(responses=REFUS, tags=["agrégats"])


def _voir(consulter: Consultation) -> Callable[..., dict[str, Any]]:
    def voir(portes: LesPortes, ref: str, au: Au = "", connu_au: ConnuAu = "") -> dict[str, Any]:
        return consulter(portes.services, ref, lire_moment(au, connu_au))

    return voir


def _historique(espece: str) -> Callable[..., list[dict[str, Any]]]:
    def lire(portes: LesPortes, ref: str, au: Au = "", connu_au: ConnuAu = "") -> list[dict[str, Any]]:
        moment = lire_moment(au, connu_au)
        return historique(portes.services, exiger_id(portes.services, espece, ref), moment)

    return lire


def _attentes(espece: str) -> Callable[..., list[dict[str, Any]]]:
    def lire(portes: LesPortes, ref: str, au: Au = "", connu_au: ConnuAu = "") -> list[dict[str, Any]]:
        return attentes_de(portes.services, espece, id_de(espece, ref), lire_moment(au, connu_au), ref)

    return lire


for chemin, (espece, consulter) in COLLECTIONS.items():
    adresse = f"/api/v1/{chemin}/{{ref}}"
    if consulter is not None:
        routes.get(adresse, summary=f"Son état : {espece}", operation_id=f"{espece}_voir")(_voir(consulter))
    routes.get(
        f"{adresse}/historique", summary=f"Chaque fait, et sa phrase : {espece}", operation_id=f"{espece}_historique"
    )(_historique(espece))
    routes.get(f"{adresse}/attentes", summary=f"Ce qui est attendu : {espece}", operation_id=f"{espece}_attentes")(
        _attentes(espece)
    )
