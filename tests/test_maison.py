"""The house holds: rooms, their names, the size of files and functions, and where the clock is read."""

import ast
import configparser
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parent.parent
LIGNES_PAR_FICHIER = 400
LIGNES_PAR_FONCTION = 60
LIT_L_HEURE = ("adapters/horloge.py", "adapters/store/", "bench/", "tests/")


def pieces_du_linter() -> set[str]:
    linter = configparser.ConfigParser()
    linter.read(RACINE / ".importlinter", encoding="utf-8")
    return set(linter["importlinter"]["root_packages"].split())


def fichiers() -> Iterator[Path]:
    for piece in sorted(pieces_du_linter() | {"tests"}):
        yield from sorted((RACINE / piece).rglob("*.py"))


def nom(fichier: Path) -> str:
    return fichier.relative_to(RACINE).as_posix()


def test_le_linter_connait_toutes_les_pieces() -> None:
    sur_disque = {init.parent.name for init in RACINE.glob("*/__init__.py")}
    assert pieces_du_linter() == sur_disque - {"tests"}


def test_aucune_autre_distribution_ne_porte_le_nom_d_une_piece() -> None:
    proprietaires = packages_distributions()
    intrus = {piece: set(proprietaires.get(piece, ())) - {"diligence"} for piece in pieces_du_linter()}
    assert {piece: autres for piece, autres in intrus.items() if autres} == {}


def test_aucun_fichier_ne_depasse_la_longueur_permise() -> None:
    longueurs = {nom(f): len(f.read_text(encoding="utf-8").splitlines()) for f in fichiers()}
    assert {f: n for f, n in longueurs.items() if n > LIGNES_PAR_FICHIER} == {}


def test_aucune_fonction_ne_depasse_la_longueur_permise() -> None:
    longues = {
        f"{nom(f)}:{noeud.lineno} {noeud.name}": longueur
        for f in fichiers()
        for noeud in ast.walk(ast.parse(f.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef)
        and (longueur := (noeud.end_lineno or noeud.lineno) - noeud.lineno + 1) > LIGNES_PAR_FONCTION
    }
    assert longues == {}


@pytest.mark.parametrize("appel", ["datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"])
def test_l_heure_ne_se_lit_qu_a_l_horloge(appel: str) -> None:
    """The doors may call uuid4, so ruff lifts TID251 there; the clock stays forbidden to them."""
    lectures = {
        f"{nom(f)}:{noeud.lineno}"
        for f in fichiers()
        if not nom(f).startswith(LIT_L_HEURE)
        for noeud in ast.walk(ast.parse(f.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.Attribute) and f".{ast.unparse(noeud)}".endswith(f".{appel}")
    }
    assert lectures == set()
