"""What README and docs name exists: each path, each target of make, each command of `diligence` and its options."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.arbre import RACINE as ARBRE
from cli.arbre import Branche
from tests.commandes import options, toutes

RACINE = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*RACINE.glob("*.md"), *(RACINE / "docs").rglob("*.md"), *(RACINE / "examples").rglob("*.md")])
IGNORES = set((RACINE / ".gitignore").read_text(encoding="utf-8").split())
"""What a command makes on the spot."""
CITE = re.compile(r"`([^`\n]+)`")
LIEN = re.compile(r"\]\(([^)#\s]+)[^)\s]*\)")
BLOC = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHEMIN = re.compile(r"[\w.*-]+(/[\w.*-]+)*/?")
COMMANDE = re.compile(r"(?<![\w./-])diligence ([a-z][^`|;&#>)»]*)")
MOT = re.compile(r"[a-z]+(-[a-z]+)*")
OPTION = re.compile(r"--[a-z]+(?:-[a-z]+)*")
CIBLE = re.compile(r"(?<!\w)make ([a-z]+)")


def nom(document: Path) -> str:
    return document.relative_to(RACINE).as_posix()


def cites(document: Path) -> Iterator[str]:
    """Yield what a document quotes as code: each line of its blocks of commands, each word in backticks."""
    texte = document.read_text(encoding="utf-8")
    for bloc in BLOC.findall(texte):
        yield from bloc.splitlines()
    yield from CITE.findall(BLOC.sub("", texte))


def chemins(document: Path) -> Iterator[Path]:
    """Yield what a document names from the root of the repository, or from its own folder with `../`."""
    for cite in cites(document):
        premiere, barre, _ = cite.partition("/")
        if barre and CHEMIN.fullmatch(cite) and cite not in IGNORES:
            if premiere == "..":
                yield document.parent / cite
            elif (RACINE / premiere).is_dir():
                yield RACINE / cite


def commandes(document: Path) -> Iterator[str]:
    """Yield the commands a document names; the guides for users leave out `diligence` in their sentences."""
    groupes = {nom for nom, noeud in ARBRE.items() if isinstance(noeud, Branche)}
    for cite in cites(document):
        yield from (trouvee.strip() for trouvee in COMMANDE.findall(cite))
        premier, _, suite = cite.partition(" ")
        if document.parent.name == "guide" and premier in groupes and MOT.match(suite):
            yield cite


def existe(ligne: str) -> bool:
    """Tell whether a line names a command there is, or the beginning of its name, and only options it has."""
    mots = [mot for mot in ligne.split()[:2] if MOT.fullmatch(mot)]
    if mots and not isinstance(ARBRE.get(mots[0]), Branche):
        mots = mots[:1]
    nommees = [commande for nom, commande in toutes().items() if nom.split()[: len(mots)] == mots]
    seule = options(nommees[0]) if len(nommees) == 1 else set()
    return bool(nommees) and set(OPTION.findall(ligne)) <= seule | {"--aide"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=nom)
def test_chaque_chemin_cite_existe(document: Path) -> None:
    absents = [str(chemin) for chemin in chemins(document) if not list(chemin.parent.glob(chemin.name))]
    liens = LIEN.findall(document.read_text(encoding="utf-8"))
    perdus = [lien for lien in liens if "://" not in lien and not (document.parent / lien).exists()]
    assert (absents, perdus) == ([], [])


@pytest.mark.parametrize("document", DOCUMENTS, ids=nom)
def test_chaque_commande_citee_existe_avec_ses_options(document: Path) -> None:
    assert [commande for commande in commandes(document) if not existe(commande)] == []


@pytest.mark.parametrize("ligne", ["dossier perdre REF", "dossier voir REF --hier", "exporter tout"])
def test_une_commande_ou_une_option_inventee_se_voit(ligne: str) -> None:
    assert not existe(ligne)


@pytest.mark.parametrize("document", DOCUMENTS, ids=nom)
def test_chaque_cible_de_make_citee_existe(document: Path) -> None:
    cibles = set(re.findall(r"^([a-z]+):", (RACINE / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {cible for cite in cites(document) for cible in CIBLE.findall(cite)} <= cibles


def test_chaque_identifiant_du_glossaire_est_dans_le_code() -> None:
    texte = (RACINE / "docs" / "glossaire.md").read_text(encoding="utf-8")
    identifiants = set(re.findall(r"`(\w+)`", texte))
    pieces = {init.parent for init in RACINE.glob("*/__init__.py")} - {RACINE / "tests"}
    mots = {mot for piece in pieces for f in piece.rglob("*.py") for mot in re.findall(r"\w+", f.read_text("utf-8"))}
    assert identifiants - mots == set()
