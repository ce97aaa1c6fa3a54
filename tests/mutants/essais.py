"""The tests of a package, played against its mutants until one notices: each mutant in a fork of its own.

They are collected once. A mutant of a function takes the place of its code in a fork of that session (`atelier`). What
imports execute (a constant, the fields of a class, a table made of them) is imported again, changed, in a fork that has
imported nothing of ours.
"""

import importlib
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Any, Final, NamedTuple

import hypothesis
import pytest

from tests.mutants.fourches import SURVIT, TUE, borner, issues
from tests.mutants.mutations import Mutant, mutants, muter

OPTIONS: Final = ("-q", "-s", "--assert=plain", "-p", "no:cacheprovider")
IMPORTS_S: Final = 60
"""CPU that imports and collection may use with a mutant: without one, a few seconds."""


class Sujet(NamedTuple):
    """A package, the tests that answer for it, and the folder of both."""

    nom: str
    essais: tuple[str, ...]
    racine: Path

    def mutants(self) -> list[Mutant]:
        """Return all of them, in the order of the files."""
        fichiers = sorted((self.racine / self.nom).rglob("*.py"))
        return [m for f in fichiers for m in mutants(f.relative_to(self.racine).as_posix(), f.read_text("utf-8"))]

    def code(self, fichier: str, rang: int | None = None) -> CodeType:
        """Return a module compiled, with its mutant of that rank."""
        chemin = self.racine / fichier
        source = chemin.read_text("utf-8")
        return compile(source if rang is None else muter(source, rang), str(chemin), "exec")

    def jouer(self, *greffons: object) -> int:
        """Collect and play the tests in this process; return what pytest does."""
        os.chdir(self.racine)
        sys.path.insert(0, str(self.racine))
        return pytest.main([*OPTIONS, *self.essais], plugins=[Reproductible(), *greffons])

    def est_a_nous(self, fichier: str) -> bool:
        """Tell whether a module of that file is of this folder, and not a library installed in it."""
        return fichier.startswith(f"{self.racine}/") and not fichier.startswith(f"{sys.prefix}/")


class Reproductible:
    """The examples of Hypothesis are the same for each mutant, and the first that fails is enough."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        hypothesis.settings.register_profile(
            "mutants",
            hypothesis.settings.default,
            derandomize=True,
            database=None,
            report_multiple_bugs=False,
            phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        )
        hypothesis.settings.load_profile("mutants")


class Arret:
    """The quickest tests come first; the first that fails ends the process, as one that lasts far too long does."""

    def __init__(self, durees: Mapping[str, float]) -> None:
        self._durees = durees

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self._durees[item.nodeid])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        borner(time.process_time() + 1 + 2 * self._durees[item.nodeid])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            os._exit(TUE)


class _Greffe(MetaPathFinder):
    """What imports find first: one module, made of other code."""

    def __init__(self, sujet: Sujet, mutant: Mutant) -> None:
        self._nom = mutant.fichier.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self._chemin = sujet.racine / mutant.fichier
        self._code = sujet.code(mutant.fichier, mutant.rang)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        if fullname != self._nom:
            return None
        porteur = _Porteur(fullname, str(self._chemin))
        porteur.code = self._code
        return spec_from_file_location(fullname, self._chemin, loader=porteur)


class _Porteur(SourceFileLoader):
    code: CodeType

    def get_code(self, fullname: str) -> CodeType:
        return self.code


def importes(sujet: Sujet, choisis: Sequence[Mutant], durees: Mapping[str, float], processus: int) -> set[Mutant]:
    """Return those that no test notices when they are imported. Raise RuntimeError when tests fail without any."""
    if choisis and issues([partial(_importer, sujet, None, durees)], processus) != [SURVIT]:
        raise RuntimeError(f"les essais de {sujet.nom} échouent sans mutant")
    rendues = issues([partial(_importer, sujet, mutant, durees) for mutant in choisis], processus)
    return {mutant for mutant, rendue in zip(choisis, rendues, strict=True) if rendue == SURVIT}


def _importer(sujet: Sujet, mutant: Mutant | None, durees: Mapping[str, float]) -> int:
    if mutant is not None:
        sys.meta_path.insert(0, _Greffe(sujet, mutant))
    borner(IMPORTS_S)
    return TUE if sujet.jouer(Arret(durees)) else SURVIT


def connaitre(etrangers: Sequence[str]) -> None:
    """Import the libraries of the product in this process, so that its forks need not."""
    for nom in etrangers:
        with suppress(Exception):
            importlib.import_module(nom)
