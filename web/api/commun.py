"""What every resource of the API shares: how it is refused, its two dates, its pages."""

from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import BaseModel

from web.erreurs import TYPE

LIMITE: Final = 500


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


REFUS: Final[dict[int | str, dict[str, Any]]] = {
    404: _reponse("Référence inconnue ou mal recopiée."),
    422: _reponse("Demande refusée."),
}
Au = Annotated[
    str, Query(description="Ce qui était vrai à cette date (AAAA-MM-JJ, sa fin) ou à cet instant (RFC 3339).")
]
ConnuAu = Annotated[str, Query(description="Ce qui était su à cet instant ; une date vaut sa fin.")]
Limite = Annotated[int, Query(ge=1, le=LIMITE)]
Decalage = Annotated[int, Query(ge=0, le=100_000_000)]
