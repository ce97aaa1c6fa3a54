"""ODS and XLSX workbooks: one sheet, cells as text, whole numbers without `.0` and dates as AAAA-MM-JJ."""

import datetime as dt
import hashlib
import io
import zipfile
import zlib
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

from adapters.tableurs.refus import FeuilleInconnue, FichierIllisible, FichierProtege, FichierTropGrand, FichierVide
from adapters.tableurs.tableau import Enregistrement, Progression, Tableau, ajuster, est_vide, suivre

ZIP = b"PK\x03\x04"  # ODS, XLSX
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # XLS, and XLSX under a password
MANIFESTE = "META-INF/manifest.xml"
OCTETS_MAX = 64 << 20
OCTETS_DECOMPRESSES_MAX = 1 << 30
CHIFFRES_D_UN_TABLEUR = 15  # a spreadsheet keeps fifteen significant digits: the rest is binary noise

Cellule = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


@contextmanager
def ouvrir_classeur(chemin: Path, feuille: int | str = 1, progression: Progression | None = None) -> Iterator[Tableau]:
    """Open one sheet, by name or by number from 1, for one reading.

    Raises:
        FichierIllisible, FichierProtege, FichierTropGrand: The workbook cannot be opened.
        FeuilleInconnue: It has no such sheet.
        FichierVide: The sheet has no header.
    """
    _verifier(chemin)
    with chemin.open("rb") as flux:
        empreinte = hashlib.file_digest(flux, "sha256").hexdigest()
        flux.seek(0)
        try:
            classeur = CalamineWorkbook.from_filelike(flux)
        except CalamineError as erreur:
            raise FichierIllisible(f"Le classeur {chemin.name} est abîmé ou d’un format inconnu.") from erreur
        with classeur:
            page = _feuille(classeur, feuille, chemin)
            rangees = _rangees(page)
            entete = next((cellules for _, cellules in rangees if not est_vide(cellules)), None)
            if entete is None:
                raise FichierVide(f"La feuille « {page.name} » de {chemin.name} est vide : pas même un en-tête.")
            yield Tableau(entete, empreinte, ";", None, _suivis(page, rangees, len(entete), progression))


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


def _verifier(chemin: Path) -> None:
    """Refuse what would not fit in memory, and what a password protects."""
    if chemin.stat().st_size > OCTETS_MAX:
        raise FichierTropGrand(f"Le classeur {chemin.name} dépasse 64 Mo : enregistrez la feuille en CSV.")
    contenu = chemin.read_bytes()
    if contenu.startswith(OLE):
        protege = "EncryptedPackage".encode("utf-16-le") in contenu
    else:
        try:
            protege = _examiner_archive(contenu, chemin)
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError) as erreur:
            raise FichierIllisible(f"Le classeur {chemin.name} est abîmé.") from erreur
    if protege:
        raise FichierProtege(f"Le classeur {chemin.name} est protégé par un mot de passe.")


def _examiner_archive(contenu: bytes, chemin: Path) -> bool:
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        membres = {membre.filename: membre.file_size for membre in archive.infolist()}
        if sum(membres.values()) > OCTETS_DECOMPRESSES_MAX:
            raise FichierTropGrand(f"Le contenu du classeur {chemin.name} dépasse 1 Go une fois décompressé.")
        return MANIFESTE in membres and b"encryption-data" in archive.read(MANIFESTE)


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


def _rangees(page: CalamineSheet) -> Iterator[tuple[int, tuple[str, ...]]]:
    for numero, cellules in enumerate(page.iter_rows(), 1):
        yield numero, tuple(texte_de(cellule) for cellule in cellules)


def _suivis(
    page: CalamineSheet, rangees: Iterator[tuple[int, tuple[str, ...]]], largeur: int, progression: Progression | None
) -> Iterator[Enregistrement]:
    numero = 0

    def lire() -> Iterator[Enregistrement]:
        nonlocal numero
        for numero, cellules in rangees:
            if not est_vide(cellules):
                yield ajuster(numero, cellules, largeur)

    return suivre(lire(), progression, lambda: numero / max(page.total_height, 1))
