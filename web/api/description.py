"""The OpenAPI document: what the framework knows of the routes, and what the classes of the gestes say of their bodies."""

from copy import deepcopy
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from application.applications import permis
from application.declaration import Geste
from application.exemples import exemple
from application.gestes.recueil import tous
from web.adresses import adresse_du_geste
from web.api.commun import Probleme
from web.api.schemas import REFERENCE, Schema, est_un_fichier, joint_des_fichiers, nom_de, resoudre, schemas
from web.corps import JSON, MULTIPART

routes = APIRouter(include_in_schema=False)

_SECURITE: Final = {
    "jeton": {
        "type": "http",
        "scheme": "bearer",
        "description": "Jeton d’une application (diligence jeton creer). La session du site vaut aussi, pour une personne.",
    }
}
_NOMME: Final = {"description": "nom de la partie qui porte ce fichier"}


class ApplicationDecrite(FastAPI):
    """An application whose description holds the bodies of its gestes, and every schema that is named in it."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, made once; every `$ref` of it leads somewhere."""
        if self.openapi_schema is None:
            description = super().openapi()
            communs = description.setdefault("components", {}).setdefault("schemas", {})
            probleme = Probleme.model_json_schema(ref_template=f"{REFERENCE}{{model}}")
            communs |= {**probleme.pop("$defs"), "Probleme": probleme}
            communs |= {nom: _publie(schema) for nom, schema in schemas().communs.items()}
            description["components"]["securitySchemes"] = _SECURITE
            description["security"] = [{"jeton": []}]
            for geste in tous():
                operation = description["paths"][adresse_du_geste(geste)]["post"]
                operation |= {"requestBody": _corps(geste), "x-personne": not permis(geste)}
        return self.openapi_schema or {}


@routes.get("/api/v1/openapi.json")
def document(request: Request) -> JSONResponse:
    """Return the OpenAPI document."""
    return JSONResponse(request.app.openapi())


def _corps(geste: Geste) -> dict[str, Any]:
    """Describe what a geste takes: JSON, or parts when a file may be joined; JSON alone says nothing of files."""
    corps, donne = schemas().corps[nom_de(geste)], exemple(geste)
    avec_fichier = {nom for nom, champ in corps["properties"].items() if joint_des_fichiers(champ)}
    contenu: dict[str, Any] = {}
    if not avec_fichier & set(corps["required"]):
        sans = {nom: champ for nom, champ in corps["properties"].items() if nom not in avec_fichier}
        contenu[JSON] = {"schema": {**corps, "properties": sans}, "examples": {"exemple": {"value": donne}}}
    if avec_fichier:
        contenu[MULTIPART] = _en_parties(corps)
    return {"required": bool(corps["required"]), "content": contenu}


def _en_parties(corps: Schema) -> dict[str, Any]:
    """Describe a form: a part for each field, JSON unless it is a text or a file, and the files that those fields name."""
    champs = corps["properties"]
    simples = {nom for nom, champ in champs.items() if resoudre(champ).get("type") == "string"}
    cites = any(joint_des_fichiers(champ) and not est_un_fichier(champ) for champ in champs.values())
    schema = {**corps, "additionalProperties": {"type": "string", "format": "binary"} if cites else False}
    return {"schema": schema, "encoding": {nom: {"contentType": JSON} for nom in champs if nom not in simples}}


def _publie(schema: Schema) -> Schema:
    """Return a shared shape as it is published: in JSON a file is named, and sent beside."""
    publie = deepcopy(schema)
    for champ in publie.get("properties", {}).values():
        if est_un_fichier(champ):
            del champ["format"]
            champ |= _NOMME
    return publie
