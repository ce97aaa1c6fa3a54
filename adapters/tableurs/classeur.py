"""ODS and XLSX workbooks: one sheet, cells as text, whole numbers without `.0` and dates as AAAA-MM-JJ."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    WorksheetNotFound,
)

from adapters.tableurs.archive import OLE, ZIP, Erreurs, cellules_en_erreur, verifier
from adapters.tableurs.refus import FeuilleInconnue, FichierIllisible, FichierVide
from adapters.tableurs.tableau import EnregistrementLu, Progression, TableauLu, ajuster, est_vide, suivre

CHIFFRES_D_UN_TABLEUR = 15  # a spreadsheet keeps fifteen significant digits: the rest is binary noise

Cellule = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


@contextmanager
def ouvrir_classeur(
    chemin: Path, feuille: int | str = 1, progression: Progression | None = None
) -> Iterator[TableauLu]:
    """Open one sheet, by name or by number from 1, for one reading.

    Raises:
        FichierIllisible, FichierProtege, FichierTropGrand: The workbook cannot be opened.
        FeuilleInconnue: It has no such sheet.
        FichierVide: The sheet has no header.
    """
    verifier(chemin)
    with chemin.open("rb") as flux:
        empreinte = hashlib.file_digest(flux, "sha256").hexdigest()
        flux.seek(0)
        try:
            classeur = CalamineWorkbook.from_filelike(flux)
        except CalamineError as erreur:
            raise FichierIllisible(f"Le classeur {chemin.name} est abîmé ou d’un format inconnu.") from erreur
        with classeur:
            page = _feuille(classeur, feuille, chemin)
            rangees = _rangees(page, cellules_en_erreur(chemin, page.name))
            entete = next((cellules for _, cellules in rangees if not est_vide(cellules)), None)
            if entete is None:
                raise FichierVide(f"La feuille « {page.name} » de {chemin.name} est vide : pas même un en-tête.")
            yield TableauLu(entete, empreinte, ";", None, _suivis(page, rangees, len(entete), progression))


def est_un_classeur(debut: bytes) -> bool:
    return debut.startswith((ZIP, OLE))


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
    if valeur.is_integer():
        return str(int(valeur))
    court = repr(valeur)
    if "e" in court or sum(c.isdigit() for c in court.lstrip("-0.")) > CHIFFRES_D_UN_TABLEUR:
        decimales = max(0, CHIFFRES_D_UN_TABLEUR - len(str(int(abs(valeur)))))
        court = f"{valeur:.{decimales}f}".rstrip("0").rstrip(".")
    return court


def _feuille(classeur: CalamineWorkbook, feuille: int | str, chemin: Path) -> CalamineSheet:
    noms = [f.name for f in classeur.sheets_metadata if f.typ is SheetTypeEnum.WorkSheet]
    nom = feuille if isinstance(feuille, str) else noms[feuille - 1] if 1 <= feuille <= len(noms) else None
    if nom is None or nom not in noms:
        liste = ", ".join(f"{rang} « {connu} »" for rang, connu in enumerate(noms, 1)) or "aucune"
        raise FeuilleInconnue(f"Le classeur {chemin.name} n’a pas de feuille « {feuille} ». Feuilles : {liste}.")
    try:
        return classeur.get_sheet_by_name(nom)
    except WorksheetNotFound as erreur:
        raise FeuilleInconnue(f"La feuille « {nom} » de {chemin.name} ne s’ouvre pas.") from erreur
    except CalamineError as erreur:
        raise FichierIllisible(f"La feuille « {nom} » de {chemin.name} est abîmée.") from erreur


def _rangees(page: CalamineSheet, erreurs: Erreurs) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the rows of the sheet, from its first used column; a cell in error holds what a spreadsheet shows there."""
    premiere = 1 if page.start is None else page.start[1] + 1
    for numero, cellules in enumerate(page.iter_rows(), 1):
        textes = (texte_de(cellule) for cellule in cellules)
        if erreurs:
            textes = (erreurs.get((numero, rang), texte) for rang, texte in enumerate(textes, premiere))
        yield numero, tuple(textes)


def _suivis(
    page: CalamineSheet, rangees: Iterator[tuple[int, tuple[str, ...]]], largeur: int, progression: Progression | None
) -> Iterator[EnregistrementLu]:
    numero = 0

    def lire() -> Iterator[EnregistrementLu]:
        nonlocal numero
        for numero, cellules in rangees:
            if not est_vide(cellules):
                yield ajuster(numero, cellules, largeur)

    return suivre(lire(), progression, lambda: numero / max(page.total_height, 1))
