"""What the archive of a workbook tells before it is read: is it whole, is it locked, which cells hold no value.

The reader of workbooks calls blank (or zero) a cell whose formula failed, and never ends on some XML that is cut short.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from adapters.tableurs.refus import FichierIllisible, FichierProtege, FichierTropGrand

ZIP: Final = b"PK\x03\x04"  # ODS, XLSX
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # XLS, and XLSX under a password
MANIFESTE: Final = "META-INF/manifest.xml"
CONTENU_ODS: Final = "content.xml"
CLASSEUR_XLSX: Final = "xl/workbook.xml"
LUES: Final = re.compile(r"content\.xml|META-INF/manifest\.xml|xl/.+\.(xml|rels)")
OCTETS_MAX: Final = 64 << 20
OCTETS_DECOMPRESSES_MAX: Final = 1 << 30
MORCEAU: Final = 1 << 16
ERREURS_MAX: Final = 500_000
NON_CALCULEE: Final = "#FORMULE NON CALCULÉE"
ABIMEE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, ET.ParseError,
    EOFError, LookupError, NotImplementedError, OSError, RuntimeError, ValueError,
)  # fmt: skip
"""What a damaged archive raises, here or there."""

Erreurs = dict[tuple[int, int], str]
"""Row and column, from 1, to the error that a spreadsheet shows there."""


def verifier(contenu: bytes, nom: str) -> None:
    """Refuse what would not fit in memory, what a password protects and what is damaged.

    Raises:
        FichierIllisible, FichierProtege, FichierTropGrand: see `refus`.
    """
    if len(contenu) > OCTETS_MAX:
        raise FichierTropGrand(f"Le classeur {nom} dépasse 64 Mo : enregistrez la feuille en CSV.")
    if contenu.startswith(OLE):
        protege = "EncryptedPackage".encode("utf-16-le") in contenu
    else:
        try:
            protege = _examiner(contenu, nom)
        except ABIMEE as erreur:
            raise FichierIllisible(f"Le classeur {nom} est abîmé.") from erreur
    if protege:
        raise FichierProtege(f"Le classeur {nom} est protégé par un mot de passe.")


def cellules_en_erreur(contenu: bytes, nom: str, feuille: str) -> Erreurs:
    """Return the cells of a sheet whose formula gave an error, or was never computed; an XLS file tells nothing."""
    if not zipfile.is_zipfile(io.BytesIO(contenu)):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            membres = archive.namelist()
            if CONTENU_ODS in membres:
                ods = _contient(archive, CONTENU_ODS, b'value-type="error"')
                return _bornees(_erreurs_ods(archive, feuille), nom) if ods else {}
            membre = _membre_xlsx(archive, feuille) if CLASSEUR_XLSX in membres else None
            if membre is None or not _contient(archive, membre, b'="e"', b"<f", b":f>", b"='e'"):
                return {}
            return _bornees(_erreurs_xlsx(archive, membre), nom)
    except ABIMEE as erreur:
        raise FichierIllisible(f"La feuille « {feuille} » de {nom} est abîmée.") from erreur


def _bornees(erreurs: Iterator[tuple[tuple[int, int], str]], nom: str) -> Erreurs:
    """Return them all, or refuse: one cell may be repeated a thousand million times."""
    lues = dict(islice(erreurs, ERREURS_MAX))
    if next(erreurs, None) is not None:
        raise FichierTropGrand(
            f"Plus de {ERREURS_MAX} cellules du classeur {nom} sont en erreur : enregistrez la feuille en CSV."
        )
    return lues


def _examiner(contenu: bytes, nom: str) -> bool:
    """Tell whether the archive is locked; every part of it that will be read is read once, to its end."""
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        membres = archive.infolist()
        if sum(m.file_size for m in membres) > OCTETS_DECOMPRESSES_MAX:
            raise FichierTropGrand(f"Le contenu du classeur {nom} dépasse 1 Go une fois décompressé.")
        noms = {m.filename for m in membres}
        if MANIFESTE in noms and b"encryption-data" in archive.read(MANIFESTE):
            return True
        for membre in sorted(filter(LUES.fullmatch, noms)):
            with archive.open(membre) as flux:
                lecteur = expat.ParserCreate()
                lecteur.EntityDeclHandler = _refuser_l_entite
                fini = False
                while not fini:  # ParseFile reads two kilobytes at a time
                    morceau = flux.read(MORCEAU)
                    fini = not morceau
                    lecteur.Parse(morceau, fini)
    return False


def _refuser_l_entite(*_: object) -> None:
    raise ValueError("no spreadsheet declares entities, and they can swell without end")


def _contient(archive: zipfile.ZipFile, membre: str, *cherches: bytes) -> bool:
    """Tell whether a part has one of these bytes: most sheets have no formula, and need not be read twice."""
    reste = b""
    with archive.open(membre) as flux:
        while morceau := flux.read(MORCEAU):
            vu = reste + morceau
            if any(cherche in vu for cherche in cherches):
                return True
            reste = morceau[-32:]
    return False


def _membre_xlsx(archive: zipfile.ZipFile, feuille: str) -> str | None:
    """Return the part that holds a sheet."""
    pages = _arbre(archive, CLASSEUR_XLSX).iterfind("{*}sheets/{*}sheet")
    cle = next((_attribut(page, "id") for page in pages if page.get("name") == feuille), None)
    liens = _arbre(archive, "xl/_rels/workbook.xml.rels")
    cible = next((lien.get("Target") for lien in liens if cle and lien.get("Id") == cle), None)
    return None if cible is None else cible.removeprefix("/") if cible.startswith("/") else f"xl/{cible}"


def _arbre(archive: zipfile.ZipFile, membre: str) -> ET.Element:
    return ET.fromstring(archive.read(membre))  # noqa: S314 - `verifier` refused entities


def _erreurs_xlsx(archive: zipfile.ZipFile, membre: str) -> Iterator[tuple[tuple[int, int], str]]:
    with archive.open(membre) as flux:
        ligne = 0
        for _, rangee in ET.iterparse(flux):  # noqa: S314 - `verifier` refused entities
            if _nom(rangee) != "row":
                continue
            ligne, colonne = int(rangee.get("r") or ligne + 1), 0
            for cellule in rangee:
                colonne = _colonne(cellule.get("r")) or colonne + 1
                valeur = cellule.findtext("{*}v") or ""
                if cellule.get("t") == "e":
                    yield (ligne, colonne), valeur or "#N/A"
                elif not valeur and cellule.get("t") is None and cellule.find("{*}f") is not None:
                    yield (ligne, colonne), NON_CALCULEE
            rangee.clear()


def _erreurs_ods(archive: zipfile.ZipFile, feuille: str) -> Iterator[tuple[tuple[int, int], str]]:
    ici, ligne = False, 0
    with archive.open(CONTENU_ODS) as flux:
        for quand, element in ET.iterparse(flux, ("start", "end")):  # noqa: S314 - `verifier` refused entities
            nom = _nom(element)
            if nom == "table":
                ici, ligne = quand == "start" and _attribut(element, "name") == feuille, 0
            if nom != "table-row" or quand == "start":
                continue
            if ici:
                erreurs = list(islice(_erreurs_d_une_rangee_ods(element), ERREURS_MAX + 1))
                for repetee in range(_fois(element, "number-rows-repeated")) if erreurs else ():
                    yield from (((ligne + 1 + repetee, colonne), texte) for colonne, texte in erreurs)
                ligne += _fois(element, "number-rows-repeated")
            element.clear()


def _erreurs_d_une_rangee_ods(rangee: ET.Element) -> Iterator[tuple[int, str]]:
    colonne = 0
    for cellule in rangee:
        fois = _fois(cellule, "number-columns-repeated")
        if any(cle.endswith("}value-type") and valeur == "error" for cle, valeur in cellule.items()):
            texte = "".join(cellule.itertext()).strip()
            yield from ((colonne + 1 + repetee, texte or "#N/A") for repetee in range(fois))
        colonne += fois


def _fois(element: ET.Element, attribut: str) -> int:
    return int(_attribut(element, attribut) or 1)


def _attribut(element: ET.Element, nom: str) -> str | None:
    """Return an attribute by its name alone: its namespace changes with the producer."""
    return next((valeur for cle, valeur in element.items() if cle.rpartition("}")[2] == nom), None)


def _nom(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _colonne(reference: str | None) -> int:
    """Return the number of the column of « AB12 », 0 when there is none."""
    lettres = re.match(r"[A-Z]*", reference or "")
    numero = 0
    for lettre in lettres[0] if lettres else "":
        numero = numero * 26 + ord(lettre) - 64
    return numero
