"""The house holds: rooms, their names, the size of files and functions, and where the clock is read."""

import ast
import configparser
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest

RACINE = Path(__file__).resolve().parent.parent
LIGNES_PAR_FICHIER = 400
LIGNES_PAR_FONCTION = 60
HEURES = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
DIT_L_HEURE = {appel.partition(".")[2] for appel in HEURES}
LIT_L_HEURE = ("adapters/horloge.py", "adapters/store/", "bench/", "tests/")


def pieces_du_linter() -> set[str]:
    linter = configparser.ConfigParser()
    linter.read(RACINE / ".importlinter", encoding="utf-8")
    return set(linter["importlinter"]["root_packages"].split())


def fichiers() -> Iterator[Path]:
    for piece in sorted(pieces_du_linter() | {"tests"}):
        yield from sorted((RACINE / piece).rglob("*.py"))


class Vu(NamedTuple):
    """What is looked at in every file: its functions, where each begins and how long it is; what it takes of a name."""

    fonctions: list[tuple[int, str, int]]
    attributs: list[tuple[int, str]]


@cache
def vus() -> dict[str, Vu]:
    """Read every file once."""
    lus = {nom(f): Vu([], []) for f in fichiers()}
    for fichier in fichiers():
        vu = lus[nom(fichier)]
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
                vu.fonctions.append((noeud.lineno, noeud.name, (noeud.end_lineno or noeud.lineno) - noeud.lineno + 1))
            elif isinstance(noeud, ast.Attribute) and noeud.attr in DIT_L_HEURE:
                vu.attributs.append((noeud.lineno, ast.unparse(noeud)))
    return lus


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
        f"{fichier}:{ligne} {fonction}": longueur
        for fichier, vu in vus().items()
        for ligne, fonction, longueur in vu.fonctions
        if longueur > LIGNES_PAR_FONCTION
    }
    assert longues == {}


@pytest.mark.parametrize("appel", HEURES)
def test_l_heure_ne_se_lit_qu_a_l_horloge(appel: str) -> None:
    """The doors may call uuid4, so ruff lifts TID251 there; the clock stays forbidden to them."""
    lectures = {
        f"{fichier}:{ligne}"
        for fichier, vu in vus().items()
        if not fichier.startswith(LIT_L_HEURE)
        for ligne, attribut in vu.attributs
        if f".{attribut}".endswith(f".{appel}")
    }
    assert lectures == set()


def module(fichier: Path) -> str:
    return nom(fichier).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def fonctions(fichier: Path) -> Iterator[ast.FunctionDef]:
    arbre = ast.parse(fichier.read_text(encoding="utf-8"))
    yield from (noeud for noeud in ast.walk(arbre) if isinstance(noeud, ast.FunctionDef))


def test_les_lectures_ne_decident_rien() -> None:
    """No read model names a method that records a fact: it folds, and asks what is awaited."""
    lectures = sorted((RACINE / "readmodels").rglob("*.py"))
    decisions = {
        f.name
        for a in (RACINE / "aggregates").rglob("*.py")
        for f in fonctions(a)
        if "self.survient(" in ast.unparse(f)
    }
    decisions -= {f.name for lecture in lectures for f in fonctions(lecture)}
    appels = {
        f"{nom(lecture)}:{noeud.lineno} {noeud.attr}"
        for lecture in lectures
        for noeud in ast.walk(ast.parse(lecture.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.Attribute) and noeud.attr in decisions | {"survient", "sous"}
    }
    assert {"declarer_complet", "voter", "engager", "solder"} <= decisions
    assert appels == set()


def test_aucun_cercle_entre_les_modules_du_produit() -> None:
    """Imports made for the types only count: two files that need each other are one file."""
    modules = {module(f): f for f in fichiers() if not nom(f).startswith("tests/")}
    fleches: dict[str, set[str]] = {}
    for origine, fichier in modules.items():
        noeuds = list(ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))))
        noms = {alias.name for n in noeuds if isinstance(n, ast.Import) for alias in n.names}
        noms |= {m for n in noeuds if isinstance(n, ast.ImportFrom) and n.module for m in _cibles(n, modules)}
        fleches[origine] = noms & modules.keys()
    while libres := {origine for origine, cibles in fleches.items() if not cibles & fleches.keys()}:
        fleches = {origine: cibles for origine, cibles in fleches.items() if origine not in libres}
    assert fleches == {}


def _cibles(noeud: ast.ImportFrom, modules: Mapping[str, Path]) -> Iterator[str]:
    """Yield the modules an import names: `from aggregates.dossier import acte` is about the chapter, not the noun."""
    for alias in noeud.names:
        chapitre = f"{noeud.module}.{alias.name}"
        yield chapitre if chapitre in modules else str(noeud.module)


ANGLAIS = """
activity batch builder clock command common config contract contracts core database domain encoder engine error errors
event events exceptions facts factory fetch files forms handler handlers health helper helpers http job jobs key keys
lease lib listener loader lock locks log logger logging logs manager metrics misc model models money names outbox parser
policy projector queries query queue reader readers registry relay repository retry router routes runner sandbox
scheduler sender server settings shared state states step steps storage stream stub task tasks tools util utils
validator views watcher wiring writer
"""
"""What engineers name files by habit. Add what slips in: no list of words knows all of English."""


CHACUN_LE_SIEN = {"Etat"}
"""The état of a dossier, of a séance, of a délibération: each aggregate has one, read in its own folder."""


def test_deux_classes_publiques_n_ont_pas_le_meme_nom() -> None:
    """One word per thing: a name met in two files would be two things."""
    noms: dict[str, list[str]] = {}
    for fichier in fichiers():
        if nom(fichier).startswith("tests/"):
            continue
        for noeud in ast.parse(fichier.read_text(encoding="utf-8")).body:
            if isinstance(noeud, ast.ClassDef) and not noeud.name.startswith("_"):
                noms.setdefault(noeud.name, []).append(nom(fichier))
    assert {n: f for n, f in noms.items() if len(f) > 1 and n not in CHACUN_LE_SIEN} == {}


def test_les_fichiers_portent_des_noms_francais() -> None:
    """Names are French, technique included (docs/architecture.md, « Names »): the English of habit is refused here."""
    mots = {nom(f): {*f.stem.removeprefix("test_").split("_"), *f.parent.name.split("_")} for f in fichiers()}
    anglais = frozenset(ANGLAIS.split())
    assert {f: m & anglais for f, m in mots.items() if m & anglais} == {}


def test_aucune_phrase_ne_nomme_une_classe() -> None:
    """People read sentences: the name of a class in one slipped in with a renaming."""
    arbres = {
        nom(f): ast.parse(f.read_text(encoding="utf-8"))
        for f in fichiers()
        if not nom(f).startswith(("tests/", "bench/"))
    }
    classes = {n.name for arbre in arbres.values() for n in ast.walk(arbre) if isinstance(n, ast.ClassDef)}
    composes = {classe for classe in classes if any(lettre.isupper() for lettre in classe.lstrip("_")[1:])}
    fautes = {
        f"{fichier}:{ligne}": phrase
        for fichier, arbre in arbres.items()
        for ligne, phrase in _phrases(arbre)
        if " " in phrase.strip() and composes & set(phrase.replace("’", " ").split())
    }
    assert fautes == {}


def _phrases(arbre: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the texts with their line; docstrings left out: those are for engineers."""
    dits = {id(n.value) for n in ast.walk(arbre) if isinstance(n, ast.Expr)}
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and id(noeud) not in dits:
            yield noeud.lineno, noeud.value
