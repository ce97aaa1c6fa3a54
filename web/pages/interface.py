"""The page of the API: what programs send and are answered, in French, made from its own OpenAPI document."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from application import mots
from kernel.identifiants import ReferenceInconnue
from web.api.schemas import REFERENCE
from web.corps import JSON
from web.gabarits import page

routes = APIRouter(include_in_schema=False)

Noeud = Mapping[str, Any]
_FORMES: Final = {
    "string": "texte",
    "integer": "nombre entier",
    "boolean": "true ou false",
    "object": "objet",
    "null": "null",
}
_FORMATS: Final = {
    "date": "date AAAA-MM-JJ",
    "date-time": "instant RFC 3339",
    "uuid": "UUID",
    "binary": "fichier",
}
_BORNES: Final = {
    "minimum": "au moins {}",
    "exclusiveMinimum": "plus de {}",
    "maximum": "au plus {}",
    "maxLength": "au plus {} signes",
    "pattern": "de la forme {}",
}
_OU: Final = {"path": "adresse", "query": "adresse, après ?", "header": "en-tête"}


@dataclass(frozen=True, slots=True)
class ChampDecrit:
    """One field of a body or of an answer; `rang` is how deep it stands."""

    nom: str
    forme: str
    aide: str
    obligatoire: bool
    rang: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as the list shows it."""

    code: str
    methode: str
    adresse: str
    titre: str
    groupe: str
    roles: str
    personne: bool
    aide: str
    decrite: Noeud


@routes.get("/api", response_class=HTMLResponse)
def interface(request: Request, operation: Annotated[str, Query(max_length=100)] = "") -> HTMLResponse:
    """Return the list of the operations, or one of them with its fields, its examples and its answers."""
    document = request.app.openapi()
    toutes = list(_operations(document))
    if not operation:
        groupes: dict[str, list[Operation]] = {}
        for une in toutes:
            groupes.setdefault(une.groupe, []).append(une)
        return page(request, "api.html", groupes=groupes, total=len(toutes))
    voulue = next((une for une in toutes if une.code == operation), None)
    if voulue is None:
        raise ReferenceInconnue("Aucune opération de l’API n’a ce nom.", reference=operation)
    return page(request, "operation.html", operation=voulue, **_detail(document, voulue.decrite))


def _operations(document: Noeud) -> Iterator[Operation]:
    for adresse, methodes in document["paths"].items():
        for methode, decrite in methodes.items():
            yield Operation(
                code=decrite["operationId"],
                methode=methode.upper(),
                adresse=adresse,
                titre=decrite["summary"],
                groupe=decrite["tags"][0],
                roles=mots.roles(decrite["x-roles"]) if "x-roles" in decrite else "",
                personne=decrite.get("x-personne", False),
                aide=decrite.get("description", ""),
                decrite=decrite,
            )


def _detail(document: Noeud, decrite: Noeud) -> dict[str, Any]:
    communs = document["components"]["schemas"]
    corps = [
        {
            "genre": genre,
            "champs": list(_champs(contenu["schema"], communs)),
            "exemples": [_ecrit(exemple["value"]) for exemple in contenu.get("examples", {}).values()],
        }
        for genre, contenu in decrite.get("requestBody", {}).get("content", {}).items()
    ]
    parametres = [
        ChampDecrit(
            nom=donne["name"],
            forme=f"{_forme(donne['schema'], communs)} ({_OU[donne['in']]})",
            aide=donne.get("description", ""),
            obligatoire=donne.get("required", False),
        )
        for donne in decrite.get("parameters", ())
    ]
    reponses = [
        {
            "statut": statut,
            "texte": donnee["description"],
            "champs": [
                champ
                for genre, contenu in donnee.get("content", {}).items()
                if statut.startswith("2") and genre.startswith(JSON.partition("/")[0])
                for champ in _champs(contenu.get("schema", {}), communs)
            ],
        }
        for statut, donnee in sorted(decrite["responses"].items())
    ]
    return {"parametres": parametres, "corps": corps, "reponses": reponses}


def _ecrit(valeur: Any) -> str:
    return json.dumps(valeur, ensure_ascii=False, indent=2)


def _champs(schema: Noeud, communs: Noeud, rang: int = 0) -> Iterator[ChampDecrit]:
    """Yield the fields of a shape, those of its parts under each; a list is that of its items."""
    forme = _resoudre(schema, communs)
    if "items" in forme:
        yield from _champs(forme["items"], communs, rang)
        return
    for nom, champ in forme.get("properties", {}).items():
        dit = _resoudre(champ, communs)
        aide = champ.get("description") or dit.get("description", "")
        yield ChampDecrit(nom, _forme(champ, communs), aide, nom in forme.get("required", ()), rang)
        yield from _champs(champ, communs, rang + 1)


def _resoudre(schema: Noeud, communs: Noeud) -> Noeud:
    if "$ref" in schema:
        return _resoudre(communs[schema["$ref"].removeprefix(REFERENCE)], communs)
    formes = [forme for forme in schema.get("anyOf", ()) if forme.get("type") != "null"]
    return _resoudre(formes[0], communs) if len(formes) == 1 else schema


def _forme(schema: Noeud, communs: Noeud) -> str:
    """Return what a value is, in words."""
    if "$ref" in schema:
        return _forme(_resoudre(schema, communs), communs)
    if "anyOf" in schema:
        return " ou ".join(dict.fromkeys(_forme(forme, communs) for forme in schema["anyOf"]))
    if "const" in schema:
        return "vide" if schema["const"] == "" else str(schema["const"])
    if "enum" in schema:
        return "un de : " + ", ".join(valeur for valeur in schema["enum"] if valeur)
    if schema.get("type") == "array":
        return f"liste : {_forme(schema['items'], communs)}"
    genre = schema.get("type")
    dite = _FORMATS.get(schema.get("format", ""), _FORMES.get(genre, "valeur") if isinstance(genre, str) else "valeur")
    bornes = [dit.format(schema[borne]) for borne, dit in _BORNES.items() if borne in schema]
    return ", ".join([dite, *(["non vide"] if schema.get("minLength") else []), *bornes])
