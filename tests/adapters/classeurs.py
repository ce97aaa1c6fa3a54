"""Minimal ODS and XLSX workbooks, written by hand: the project has no library that writes them."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape


class Brut(str):
    """A cell given as its XML, as spreadsheets write the formulas that fail; {ou} is its place in XLSX."""

    __slots__ = ()


Cellule = str | int | float | bool | date | None
Feuilles = Mapping[str, Sequence[Sequence[Cellule]]]

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
PAQUET = "http://schemas.openxmlformats.org/package/2006"
BUREAU = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FEUILLE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
CHIFFREMENT = "<manifest:encryption-data/>"


def ecrire_ods(chemin: Path, feuilles: Feuilles, *, chiffre: bool = False) -> Path:
    tables = "".join(
        f'<table:table table:name="{escape(nom)}">{"".join(map(_rangee_ods, rangees))}</table:table>'
        for nom, rangees in feuilles.items()
    )
    espaces = " ".join(f'xmlns:{nom}="{OFFICE}:{nom}:1.0"' for nom in ("office", "table", "text"))
    espaces += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    contenu = f"<office:document-content {espaces}><office:body><office:spreadsheet>{tables}</office:spreadsheet>"
    entree = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}">{CHIFFREMENT if chiffre else ""}'
    manifeste = f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0">{entree}</manifest:file-entry>'
    return _archiver(
        chemin,
        {
            "mimetype": ODS,
            "META-INF/manifest.xml": f"{manifeste}</manifest:manifest>",
            "content.xml": f"{contenu}</office:body></office:document-content>",
        },
    )


def _archiver(chemin: Path, membres: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(chemin, "w") as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu)
    return chemin


def _rangee_ods(rangee: Sequence[Cellule]) -> str:
    return f"<table:table-row>{''.join(map(_cellule_ods, rangee))}</table:table-row>"


def _cellule_ods(cellule: Cellule) -> str:
    match cellule:
        case None:
            return "<table:table-cell/>"
        case bool():
            return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(cellule).lower()}"/>'
        case int() | float():
            return f'<table:table-cell office:value-type="float" office:value="{cellule!r}"/>'
        case Brut():
            return str(cellule)
        case date():
            return f'<table:table-cell office:value-type="date" office:date-value="{cellule.isoformat()}"/>'
        case _:
            return f'<table:table-cell office:value-type="string"><text:p>{escape(cellule)}</text:p></table:table-cell>'


def ecrire_xlsx(chemin: Path, feuilles: Feuilles) -> Path:
    pages = "".join(
        f'<sheet name="{escape(nom)}" sheetId="{i}" r:id="f{i}"/>' for i, nom in enumerate(feuilles, 1)
    )  # fmt: skip
    liens = {f"f{i}": ("worksheet", f"worksheets/f{i}.xml") for i in range(1, len(feuilles) + 1)}
    styles = '<xf numFmtId="0"/><xf numFmtId="14"/>'  # General, then a date
    membres = {
        "[Content_Types].xml": f'<Types xmlns="{PAQUET}/content-types">'
        f'<Default Extension="rels" ContentType="{RELATIONS}"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{XLSX}.sheet.main+xml"/></Types>',
        "_rels/.rels": _liens({"r": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{FEUILLE}" xmlns:r="{BUREAU}"><sheets>{pages}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _liens({**liens, "s": ("styles", "styles.xml")}),
        "xl/styles.xml": f'<styleSheet xmlns="{FEUILLE}"><cellXfs count="2">{styles}</cellXfs></styleSheet>',
    }
    for i, rangees in enumerate(feuilles.values(), 1):
        lignes = "".join(_rangee_xlsx(rang, rangee) for rang, rangee in enumerate(rangees, 1))
        membres[f"xl/worksheets/f{i}.xml"] = (
            f'<worksheet xmlns="{FEUILLE}"><sheetData>{lignes}</sheetData></worksheet>'
        )  # fmt: skip
    return _archiver(chemin, membres)


def _liens(liens: Mapping[str, tuple[str, str]]) -> str:
    relations = "".join(
        f'<Relationship Id="{cle}" Type="{BUREAU}/{genre}" Target="{cible}"/>' for cle, (genre, cible) in liens.items()
    )
    return f'<Relationships xmlns="{PAQUET}/relationships">{relations}</Relationships>'


def _rangee_xlsx(rang: int, rangee: Sequence[Cellule]) -> str:
    cellules = "".join(_cellule_xlsx(f"{chr(65 + i)}{rang}", cellule) for i, cellule in enumerate(rangee))
    return f'<row r="{rang}">{cellules}</row>'


def _cellule_xlsx(ou: str, cellule: Cellule) -> str:
    match cellule:
        case None:
            return ""
        case bool():
            return f'<c r="{ou}" t="b"><v>{int(cellule)}</v></c>'
        case int() | float():
            return f'<c r="{ou}"><v>{cellule!r}</v></c>'
        case Brut():
            return cellule.format(ou=ou)
        case date():
            return f'<c r="{ou}" s="1"><v>{(cellule - date(1899, 12, 30)).days}</v></c>'
        case _:
            return f'<c r="{ou}" t="inlineStr"><is><t>{escape(cellule)}</t></is></c>'
