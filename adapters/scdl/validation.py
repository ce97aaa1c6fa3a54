"""Is a file SCDL subventions 2.1.1? frictionless with the official schema, and the checks the schema adds to it."""

import json
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from frictionless import Check, Checklist, Dialect, Error, Resource, Row, Schema, errors
from frictionless.formats import CsvControl

from dispositifs.identites import SiretInvalide, verifier_siret

ERREURS_MAX: Final = 10_000


class SiretFaux(errors.CellError):
    """The schema's french-siret-value."""

    type = "french-siret-value"
    title = "SIRET"
    description = "A SIRET whose key is wrong"
    template = "{note}"


class UnDesDeuxExige(errors.RowError):
    """The schema's one-of-required."""

    type = "one-of-required"
    title = "One of two"
    description = "Neither of two columns is filled"
    template = "{note}"


@dataclass(frozen=True, slots=True)
class ErreurScdl:
    """One thing wrong: `ligne` counts physical records from 1, the header being the first; 0 for the whole file."""

    code: str
    message: str
    ligne: int
    colonne: str | None = None


class ControlesDuSchema(Check):
    """The `custom_checks` of the schema, which Table Schema does not know."""

    type = "controles-du-schema"
    Errors = [SiretFaux, UnDesDeuxExige]  # noqa: RUF012 - the library's attribute

    def validate_row(self, row: Row) -> Iterable[errors.RowError]:
        """Yield what a row has wrong; a column the file lacks is another error, already said."""
        for controle in _descripteur()["custom_checks"]:
            colonnes = list(controle["params"].values())
            if not set(colonnes) <= set(row.field_names):
                continue
            valeurs = [str(row[colonne] or "").strip() for colonne in colonnes]
            if controle["name"] == UnDesDeuxExige.type and not any(valeurs):
                yield UnDesDeuxExige.from_row(row, note=f"l’une des colonnes {' ou '.join(colonnes)} est exigée")
            if controle["name"] == SiretFaux.type and valeurs[0] and (faute := _faute_de_siret(valeurs[0])):
                yield SiretFaux.from_row(row, note=faute, field_name=colonnes[0])


def valider(fichier: Path) -> list[ErreurScdl]:
    """Return everything that keeps a file from being SCDL subventions 2.1.1: nothing when it is."""
    ressource = Resource(
        data=fichier.read_bytes(),  # the library refuses absolute paths, and reads meaning into names
        scheme="buffer",
        format="csv",
        encoding="utf-8",
        schema=Schema.from_descriptor(deepcopy(_descripteur())),
        dialect=Dialect(controls=[CsvControl(delimiter=",")]),
    )
    controles = Checklist(checks=[ControlesDuSchema()])
    rapport = ressource.validate(controles, limit_errors=ERREURS_MAX)
    return [_erreur(erreur) for tache in rapport.tasks for erreur in tache.errors]


def colonnes_du_schema() -> tuple[str, ...]:
    """Return the columns of the standard, in order."""
    return tuple(champ["name"] for champ in _descripteur()["fields"])


@cache
def _descripteur() -> dict[str, Any]:
    texte = resources.files("adapters.scdl").joinpath("schema.json").read_text(encoding="utf-8")
    descripteur: dict[str, Any] = json.loads(texte)
    return descripteur


def _faute_de_siret(valeur: str) -> str | None:
    try:
        chiffres = verifier_siret(valeur)
    except SiretInvalide as refus:
        return refus.message.rstrip(".")
    return None if chiffres == valeur else f"le SIRET « {valeur} » doit s’écrire {chiffres}, d’un seul tenant"


_PHRASES: Final = {
    "encoding-error": "le fichier n’est pas en UTF-8",
    "source-error": "le fichier est vide ou illisible",
    "blank-label": "une colonne n’a pas de nom",
    "blank-row": "la ligne est vide",
    "missing-label": "la colonne manque",
    "extra-label": "la colonne n’est pas de la norme",
    "incorrect-label": "la colonne n’a pas le nom, ou n’est pas à la place, que veut la norme",
    "duplicate-label": "la colonne est en double",
    "missing-cell": "la cellule manque",
    "extra-cell": "la ligne a une cellule de trop",
}
_TYPES: Final = {"date": "une date AAAA-MM-JJ", "number": "un nombre, avec un point", "boolean": "« oui » ou « non »"}
_CONTRAINTES: Final = {
    "required": "une valeur est exigée",
    "pattern": "« {cellule} » n’a pas la forme attendue",
    "enum": "« {cellule} » n’est pas une valeur permise",
    "maxLength": "le texte est trop long",
    "minimum": "« {cellule} » est trop petit",
    "maximum": "« {cellule} » est trop grand",
}


def _erreur(erreur: Error) -> ErreurScdl:
    """Say in French what the library says in English."""
    cellule, ligne = getattr(erreur, "cell", ""), getattr(erreur, "row_number", 0)
    if erreur.type in {SiretFaux.type, UnDesDeuxExige.type}:
        phrase = erreur.note
    elif erreur.type == "type-error":
        attendu = _TYPES.get(erreur.note.removeprefix('type is "').partition("/")[0], "une autre sorte de valeur")
        phrase = f"« {cellule} » : la norme attend {attendu}"
    elif erreur.type == "constraint-error":
        contrainte = erreur.note.removeprefix('constraint "').partition('"')[0]
        phrase = _CONTRAINTES.get(contrainte, "la valeur n’est pas permise").format(cellule=cellule)
    else:
        phrase = _PHRASES.get(erreur.type, f"le fichier n’est pas conforme ({erreur.type})")
    if not ligne and getattr(erreur, "row_numbers", None):
        ligne = 1
    return ErreurScdl(erreur.type, phrase, ligne, getattr(erreur, "field_name", None) or getattr(erreur, "label", None))
