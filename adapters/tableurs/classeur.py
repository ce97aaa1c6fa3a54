"""ODS and XLSX workbooks: one sheet, cells as text, whole numbers without `.0` and dates as AAAA-MM-JJ.

A workbook of a thousand bytes may ask for all the memory there is, or stop its reader: `lecteur` calls this in a process
of its own.
"""

import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    WorksheetNotFound,
)

from adapters.tableurs.archive import Erreurs, cellules_en_erreur, verifier
from adapters.tableurs.refus import FeuilleInconnue, FichierIllisible, FichierVide
from adapters.tableurs.tableau import est_vide

CHIFFRES_D_UN_TABLEUR = 15  # a spreadsheet keeps fifteen significant digits: the rest is binary noise

Cellule = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


Rangee = tuple[int, tuple[str, ...]]
"""Its number, from 1, and its cells."""


@dataclass(frozen=True, slots=True)
class FeuilleLue:
    """One sheet; `rangees` are those that follow the header, blank ones included, out of `hauteur` in all."""

    entete: tuple[str, ...]
    empreinte: str
    hauteur: int
    rangees: Iterator[Rangee]


def lire_classeur(contenu: bytes, nom: str, feuille: int | str) -> FeuilleLue:
    """Read one sheet of a workbook, by name or by number from 1.

    Raises:
        FichierIllisible, FichierProtege, FichierTropGrand: The workbook cannot be opened.
        FeuilleInconnue: It has no such sheet.
        FichierVide: The sheet has no header.
    """
    verifier(contenu, nom)
    try:
        classeur = CalamineWorkbook.from_filelike(io.BytesIO(contenu))
    except CalamineError as erreur:
        raise FichierIllisible(f"Le classeur {nom} est abîmé ou d’un format inconnu.") from erreur
    page = _feuille(classeur, feuille, nom)
    rangees = _rangees(page, cellules_en_erreur(contenu, nom, page.name))
    entete = next((cellules for _, cellules in rangees if not est_vide(cellules)), None)
    if entete is None:
        raise FichierVide(f"La feuille « {page.name} » de {nom} est vide : pas même un en-tête.")
    return FeuilleLue(entete, hashlib.sha256(contenu).hexdigest(), page.total_height, rangees)


def texte_de(cellule: Cellule) -> str:
    """Return a cell as a person would have typed it in a CSV file.

    A float keeps fifteen significant digits, as in the spreadsheet; a whole one keeps all its digits and no `.0`.
    """
    match cellule:
        case str():
            return cellule
        case bool():
            return "oui" if cellule else "non"
        case float():
            return _nombre(cellule)
        case dt.datetime():
            return (cellule.date() if cellule.time() == dt.time.min else cellule).isoformat()
        case dt.date() | dt.time():
            return cellule.isoformat()
        case _:
            return str(cellule)


def _nombre(valeur: float) -> str:
    court = repr(valeur)
    if court.endswith(".0"):
        return court[:-2]
    if valeur.is_integer():
        return str(int(valeur))
    if "e" not in court and len(court) <= CHIFFRES_D_UN_TABLEUR:
        return court
    if "e" in court or sum(c.isdigit() for c in court.lstrip("-0.")) > CHIFFRES_D_UN_TABLEUR:
        decimales = max(0, CHIFFRES_D_UN_TABLEUR - len(str(int(abs(valeur)))))
        court = f"{valeur:.{decimales}f}".rstrip("0").rstrip(".")
    return court


def _feuille(classeur: CalamineWorkbook, feuille: int | str, fichier: str) -> CalamineSheet:
    noms = [f.name for f in classeur.sheets_metadata if f.typ is SheetTypeEnum.WorkSheet]
    nom = feuille if isinstance(feuille, str) else noms[feuille - 1] if 1 <= feuille <= len(noms) else None
    if nom is None or nom not in noms:
        liste = ", ".join(f"{rang} « {connu} »" for rang, connu in enumerate(noms, 1)) or "aucune"
        raise FeuilleInconnue(f"Le classeur {fichier} n’a pas de feuille « {feuille} ». Feuilles : {liste}.")
    try:
        return classeur.get_sheet_by_name(nom)
    except WorksheetNotFound as erreur:
        raise FeuilleInconnue(f"La feuille « {nom} » de {fichier} ne s’ouvre pas.") from erreur
    except CalamineError as erreur:
        raise FichierIllisible(f"La feuille « {nom} » de {fichier} est abîmée.") from erreur


def _rangees(page: CalamineSheet, erreurs: Erreurs) -> Iterator[Rangee]:
    """Yield the rows of the sheet, from its first used column; a cell in error holds what a spreadsheet shows there."""
    premiere = 1 if page.start is None else page.start[1] + 1
    for numero, cellules in enumerate(page.iter_rows(), 1):
        textes = [cellule if type(cellule) is str else texte_de(cellule) for cellule in cellules]
        if erreurs:
            textes = [erreurs.get((numero, rang), texte) for rang, texte in enumerate(textes, premiere)]
        yield numero, tuple(textes)
