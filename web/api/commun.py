"""What every resource of the API shares: how it is refused, its two dates, its pages."""

from collections.abc import Iterable
from typing import Annotated, Any, Final

from fastapi import FastAPI, Query
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


_SCHEMAS: Final = "#/components/schemas/"


class ApplicationDecrite(FastAPI):
    """An application whose description holds the schemas that the refusals of `REFUS` name."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document; every `$ref` of it leads somewhere."""
        description = super().openapi()
        probleme = Probleme.model_json_schema(ref_template=f"{_SCHEMAS}{{model}}")
        schemas = description.setdefault("components", {}).setdefault("schemas", {})
        schemas |= {**probleme.pop("$defs"), "Probleme": probleme}
        return description


def _reponse(texte: str) -> dict[str, Any]:
    return {"description": texte, "content": {TYPE: {"schema": {"$ref": f"{_SCHEMAS}Probleme"}}}}


REFUS: Final[dict[int | str, dict[str, Any]]] = {
    404: _reponse("Référence inconnue ou mal recopiée."),
    422: _reponse("Demande refusée."),
}


def _date(description: str) -> Any:
    """Describe a date or an instant, blank for none; others are refused by what reads them, in French."""
    formes = [{"type": "string", **forme} for forme in ({"format": "date"}, {"format": "date-time"}, {"const": ""})]
    return Query(description=description, json_schema_extra={"anyOf": formes})


def codes(noms: Iterable[str], description: str | None = None) -> Any:
    """Describe a parameter that takes one of these codes, or is blank."""
    return Query(description=description, json_schema_extra={"enum": ["", *noms]})


Au = Annotated[str, _date("Ce qui était vrai à cette date (AAAA-MM-JJ, sa fin) ou à cet instant (RFC 3339).")]
ConnuAu = Annotated[str, _date("Ce qui était su à cet instant ; une date vaut sa fin.")]
Limite = Annotated[int, Query(ge=1, le=LIMITE)]
