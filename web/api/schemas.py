"""What each geste takes, as JSON Schema made from its class; and a body read as that schema says it is written."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from pydantic.json_schema import models_json_schema

from application.commandes import FichierRecu
from application.declaration import Geste
from application.gestes.recueil import tous
from kernel.refus import SaisieInvalide

REFERENCE: Final = "#/components/schemas/"
Schema = dict[str, Any]
QUAND: Final[Schema] = {
    "title": "Le",
    "description": "quand c’est arrivé : AAAA-MM-JJ, ou un instant avec son fuseau ; maintenant par défaut",
    "type": "string",
    "maxLength": 40,
    "examples": ["2026-05-04"],
}
"""When the act is true: beside the fields of every geste."""
QUAND_EST: Final = "le"

_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_DITS: Final = {
    "string": "un texte est attendu",
    "integer": "un nombre entier est attendu",
    "boolean": "true ou false est attendu",
    "array": "une liste est attendue",
    "object": "un objet est attendu",
}


class Schemas(NamedTuple):
    """The body of each geste, by its name; and the shapes they share, by theirs."""

    corps: Mapping[str, Schema]
    communs: Mapping[str, Schema]


def nom_de(geste: Geste) -> str:
    """Return "dossier viser"."""
    return f"{geste.agregat} {geste.nom}"


@cache
def schemas() -> Schemas:
    """Return what every geste takes: its fields but the one its address names, and when it is true."""
    gestes = tous()
    modeles = {g.commande.__name__ for g in gestes}
    tout = models_json_schema([(g.commande, "validation") for g in gestes], ref_template=f"{REFERENCE}{{model}}")
    decrits: dict[str, Schema] = tout[1]["$defs"]
    for schema in decrits.values():
        schema.pop("description", None)  # the docstring of a part is for engineers; its fields describe themselves
        for propriete in schema.get("properties", {}).values():
            _en_liste(propriete)
    corps = {nom_de(g): _corps(decrits[g.commande.__name__], g.champ) for g in gestes}
    communs = {nom: schema for nom, schema in decrits.items() if nom not in modeles and nom != FichierRecu.__name__}
    return Schemas(corps, communs)


def _en_liste(schema: Schema) -> None:
    """Say the length of a list as of a list: pydantic does not see through the reader of a text."""
    for forme in (schema, *schema.get("anyOf", ())):
        if forme.get("type") == "array" and "minLength" in forme:
            forme["minItems"] = forme.pop("minLength")


def _corps(schema: Schema, champ: str | None) -> Schema:
    champs = {nom: propriete for nom, propriete in schema["properties"].items() if nom != champ}
    exiges = [nom for nom in schema.get("required", ()) if nom != champ]
    return {
        "type": "object",
        "title": schema["title"],
        "properties": {**champs, QUAND_EST: QUAND},
        "required": exiges,
        "additionalProperties": False,
    }


def est_un_fichier(schema: Schema) -> bool:
    """Tell whether a field is the bytes of a file."""
    return schema.get("format") == "binary"


def joint_des_fichiers(schema: Schema) -> bool:
    """Tell whether a file stands somewhere in a value."""
    schema = resoudre(schema)
    parties = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    if "items" in schema:
        parties.append(schema["items"])
    return est_un_fichier(schema) or any(map(joint_des_fichiers, parties))


def resoudre(schema: Schema) -> Schema:
    """Return the shape behind a reference; of one that may be null, what it is otherwise."""
    if "$ref" in schema:
        return schemas().communs[schema["$ref"].removeprefix(REFERENCE)]
    formes = [forme for forme in schema.get("anyOf", ()) if forme.get("type") != "null"]
    return resoudre(formes[0]) if len(formes) == 1 else schema


class LectureDeCorps:
    """Reads a body by its schema: each value has the type it says, and a file that is named is one that was sent.

    The values themselves are for the class of the geste to judge.
    """

    def __init__(self, fichiers: Mapping[str, FichierRecu]) -> None:
        self._fichiers = fichiers
        self.cites: set[str] = set()

    def lire(self, schema: Schema, valeur: Any, chemin: str = "") -> Any:
        """Return the value with its files in place, or refuse with SaisieInvalide naming where it is."""
        forme = resoudre(schema)
        if valeur is None and any(autre.get("type") == "null" for autre in schema.get("anyOf", ())):
            return None
        if est_un_fichier(forme):
            return self._fichier(valeur, chemin)
        genre = str(forme.get("type"))
        if genre in _TYPES and (
            not isinstance(valeur, _TYPES[genre]) or (isinstance(valeur, bool) and genre != "boolean")
        ):
            raise _mal(chemin, _DITS[genre])
        if isinstance(valeur, list) and "items" in forme:
            return [self.lire(forme["items"], v, f"{chemin}.{rang}") for rang, v in enumerate(valeur)]
        if isinstance(valeur, dict):
            return {nom: self.lire(_propriete(forme, nom, chemin), v, f"{chemin}.{nom}") for nom, v in valeur.items()}
        return valeur

    def _fichier(self, valeur: Any, chemin: str) -> FichierRecu:
        if isinstance(valeur, FichierRecu):
            return valeur
        if not isinstance(valeur, str) or valeur not in self._fichiers:
            raise _mal(chemin, "le nom d’un fichier joint (multipart/form-data) est attendu")
        self.cites.add(valeur)
        return self._fichiers[valeur]


def _propriete(forme: Schema, nom: str, chemin: str) -> Schema:
    connues: Mapping[str, Schema] = forme.get("properties", {})
    autres = forme.get("additionalProperties", False)
    if nom not in connues and autres is False:
        raise _mal(f"{chemin}.{nom[:60]}", "ce champ est inconnu")
    return connues.get(nom, autres)


def _mal(chemin: str, message: str) -> SaisieInvalide:
    champ = chemin.lstrip(".")
    return SaisieInvalide(
        f"Saisie invalide — {champ or '(corps)'} : {message}.", erreurs=[{"champ": champ, "message": message}]
    )
