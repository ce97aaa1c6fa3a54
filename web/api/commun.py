"""What every resource of the API shares: how it is refused, its two dates, its pages."""

from collections.abc import Iterable
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import BaseModel

from web.erreurs import TYPE

LIMITE: Final = 500
REF: Final = "Son numéro, sa référence ou son identifiant."


class CorpsDeRefus(BaseModel):
    """Le refus : son code, stable, sa phrase, et ce qui est en cause."""

    code: str
    message: str
    champs: dict[str, Any]


class Probleme(BaseModel):
    """Un problème (RFC 9457), avec le refus quand une règle a dit non."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    refus: CorpsDeRefus | None = None


def _reponse(texte: str) -> dict[str, Any]:
    return {"description": texte, "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Probleme"}}}}


REFUS: Final[dict[int | str, dict[str, Any]]] = {
    401: _reponse("Personne ne s’est fait connaître : donnez un jeton."),
    403: _reponse("Le rôle manque, ou le jeton n’est pas donné pour cela."),
    404: _reponse("Référence inconnue ou mal recopiée."),
    422: _reponse("Demande refusée : « refus » dit la règle, et les champs en cause."),
    429: _reponse("Trop de demandes : attendez le nombre de secondes de Retry-After."),
    503: _reponse("Le service ne peut pas répondre pour le moment ; rien n’a été modifié."),
}
REFUS_DE_GESTE: Final[dict[int | str, dict[str, Any]]] = {
    **REFUS,
    408: _reponse("Le corps de la demande a mis trop de temps à venir."),
    409: _reponse("L’état ne le permet pas, ou la décision est déjà prise autrement : lisez-le de nouveau."),
    412: _reponse("La version a changé depuis la lecture que dit If-Match."),
    413: _reponse("Un fichier, ou la demande, est trop lourd."),
    415: _reponse("Le corps de la demande est d’une autre forme."),
}


def lue(modele: Any) -> dict[int | str, dict[str, Any]]:
    """Describe what a reading answers."""
    return {200: {"model": modele, "description": "Ce qui est lu."}}


def etiquette(version: int) -> str:
    """Return the ETag of a version, to be given back in If-Match."""
    return f'"{version}"'


def _date(description: str) -> Any:
    """Describe a date or an instant, blank for none; others are refused by what reads them, in French."""
    formes = [{"type": "string", **forme} for forme in ({"format": "date"}, {"format": "date-time"}, {"const": ""})]
    return Query(description=description, json_schema_extra={"anyOf": formes})


def codes(noms: Iterable[str], description: str | None = None) -> Any:
    """Describe a parameter that takes one of these codes, or is blank."""
    return Query(description=description, json_schema_extra={"enum": ["", *noms]})


Au = Annotated[str, _date("Ce qui était vrai à cette date (AAAA-MM-JJ, sa fin) ou à cet instant (RFC 3339).")]
ConnuAu = Annotated[str, _date("Ce qui était su à cet instant ; une date vaut sa fin.")]
Limite = Annotated[int, Query(ge=1, le=LIMITE, description="Nombre de lignes au plus.")]
