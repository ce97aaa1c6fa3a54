"""Is a file SCDL subventions 2.1.1? The official schema applied to each cell, and the checks the schema adds to it.

Only what this schema uses of Table Schema is here; the tests hold it against frictionless.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from dispositifs.identites import SiretInvalide, verifier_siret

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOMBRE: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class ErreurScdl:
    """One thing wrong: `ligne` counts records from 1, the header being the first; 0 for the whole file."""

    code: str
    message: str
    ligne: int
    colonne: str | None = None


ILLISIBLE: Final = ErreurScdl("source-error", "le fichier est vide ou illisible", 0)


def valider(fichier: Path) -> list[ErreurScdl]:
    """Return everything that keeps a file from being SCDL subventions 2.1.1: nothing when it is."""
    try:
        with fichier.open(encoding="utf-8", newline="") as flux:
            return list(_erreurs(csv.reader(flux, strict=True)))
    except UnicodeDecodeError:
        return [ErreurScdl("encoding-error", "le fichier n’est pas en UTF-8", 0)]
    except csv.Error:
        return [ILLISIBLE]


def colonnes_du_schema() -> tuple[str, ...]:
    """Return the columns of the standard, in order."""
    return tuple(champ["name"] for champ in _descripteur()["fields"])


@cache
def _descripteur() -> dict[str, Any]:
    texte = resources.files("adapters.scdl").joinpath("schema.json").read_text(encoding="utf-8")
    descripteur: dict[str, Any] = json.loads(texte)
    return descripteur


def _erreurs(lignes: Iterator[list[str]]) -> Iterator[ErreurScdl]:
    noms = next(lignes, [])
    if not any(noms):
        yield ILLISIBLE
        return
    yield from _entete(noms)
    for numero, cellules in enumerate(lignes, start=2):
        yield from _ligne(numero, cellules, noms)


def _entete(noms: list[str]) -> Iterator[ErreurScdl]:
    """Columns are matched by their place: one misnamed is read as the one it stands for."""
    voulues = colonnes_du_schema()
    for rang, nom in enumerate(noms):
        if not nom:
            yield ErreurScdl("blank-label", "une colonne n’a pas de nom", 1)
        elif rang >= len(voulues):
            yield ErreurScdl("extra-label", "la colonne n’est pas de la norme", 1, nom)
        elif nom in noms[:rang]:
            yield ErreurScdl("duplicate-label", "la colonne est en double", 1, nom)
        elif nom != voulues[rang]:
            message = "la colonne n’a pas le nom, ou n’est pas à la place, que veut la norme"
            yield ErreurScdl("incorrect-label", message, 1, voulues[rang])
    for nom in voulues[len(noms) :]:
        yield ErreurScdl("missing-label", "la colonne manque", 1, nom)


def _ligne(numero: int, cellules: list[str], noms: list[str]) -> Iterator[ErreurScdl]:
    if not any(cellules):
        yield ErreurScdl("blank-row", "la ligne est vide", numero)
        return
    for champ, cellule in zip(_descripteur()["fields"][: len(noms)], cellules, strict=False):
        for code, message in _faute(champ, cellule):
            yield ErreurScdl(code, message, numero, champ["name"])
    for nom in noms[len(cellules) :]:
        yield ErreurScdl("missing-cell", "la cellule manque", numero, nom)
    if len(cellules) > len(noms):
        yield ErreurScdl("extra-cell", "la ligne a une cellule de trop", numero)
    yield from _controles(numero, dict(zip(colonnes_du_schema()[: len(noms)], cellules, strict=False)))


def _faute(champ: Mapping[str, Any], cellule: str) -> Iterator[tuple[str, str]]:
    """Yield the code and the sentence of what one cell has wrong; an empty cell is only ever missing."""
    contraintes = champ.get("constraints", {})
    if not cellule:
        if contraintes.get("required"):
            yield "constraint-error", "une valeur est exigée"
        return
    lire, attendu = _TYPES[champ["type"]]
    valeur = lire(champ, cellule)
    if valeur is None:
        yield "type-error", f"« {cellule} » : la norme attend {attendu}"
        return
    for nom, (tenue, phrase) in _CONTRAINTES.items():
        if nom in contraintes and not tenue(valeur, contraintes[nom]):
            yield "constraint-error", phrase.format(cellule=cellule)


def _date(_: Mapping[str, Any], cellule: str) -> date | None:
    try:
        return date.fromisoformat(cellule) if _DATE.fullmatch(cellule) else None
    except ValueError:
        return None


def _nombre(_: Mapping[str, Any], cellule: str) -> Decimal | None:
    return Decimal(cellule) if _NOMBRE.fullmatch(cellule) else None


def _oui_ou_non(champ: Mapping[str, Any], cellule: str) -> str | None:
    return cellule if cellule in {*champ["trueValues"], *champ["falseValues"]} else None


_TYPES: Final[Mapping[str, tuple[Callable[[Mapping[str, Any], str], object], str]]] = {
    "string": (lambda _, cellule: cellule, "un texte"),
    "date": (_date, "une date AAAA-MM-JJ"),
    "number": (_nombre, "un nombre, avec un point"),
    "boolean": (_oui_ou_non, "« oui » ou « non »"),
}
_CONTRAINTES: Final[Mapping[str, tuple[Callable[[Any, Any], bool], str]]] = {
    "pattern": (lambda v, forme: bool(re.fullmatch(forme, v, re.ASCII)), "« {cellule} » n’a pas la forme attendue"),
    "enum": (lambda v, permises: v in permises, "« {cellule} » n’est pas une valeur permise"),
    "maxLength": (lambda v, maximum: len(v) <= maximum, "le texte est trop long"),
    "minimum": (lambda v, minimum: v >= Decimal(str(minimum)), "« {cellule} » est trop petit"),
    "maximum": (lambda v, maximum: v <= Decimal(str(maximum)), "« {cellule} » est trop grand"),
}


def _controles(numero: int, ligne: Mapping[str, str]) -> Iterator[ErreurScdl]:
    """Apply the `custom_checks` of the schema; a column the file lacks is another error, already said."""
    for controle in _descripteur()["custom_checks"]:
        colonnes = list(controle["params"].values())
        if not set(colonnes) <= ligne.keys():
            continue
        valeurs = [ligne[colonne].strip() for colonne in colonnes]
        if controle["name"] == "one-of-required" and not any(valeurs):
            phrase = f"l’une des colonnes {' ou '.join(colonnes)} est exigée"
            yield ErreurScdl(controle["name"], phrase, numero)
        if controle["name"] == "french-siret-value" and valeurs[0] and (faute := _faute_de_siret(valeurs[0])):
            yield ErreurScdl(controle["name"], faute, numero, colonnes[0])


def _faute_de_siret(valeur: str) -> str | None:
    try:
        chiffres = verifier_siret(valeur)
    except SiretInvalide as refus:
        return refus.message.rstrip(".")
    return None if chiffres == valeur else f"le SIRET « {valeur} » doit s’écrire {chiffres}, d’un seul tenant"
