"""The session of tests that is collected once, and forked for each mutant of a function."""

import gc
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from types import CodeType, FrameType, FunctionType
from typing import Any, NamedTuple

import pytest

from tests.mutants.essais import Arret, Sujet, connaitre, importes
from tests.mutants.fourches import AUTREMENT, SURVIT, dans_une_fourche, issues
from tests.mutants.mutations import Mutant

Ligne = tuple[str, int]


class Reponse(NamedTuple):
    """What the session found: who survives, who is to be imported instead, how long each test takes, which libraries it has."""

    survivants: set[Mutant]
    a_importer: list[Mutant]
    durees: dict[str, float]
    etrangers: list[str]


class _Mesure(NamedTuple):
    """What one test does without a mutant: its CPU, in seconds, and the lines that it executes."""

    cpu_s: float
    lignes: frozenset[Ligne]


class _Trace:
    """The lines of some files, as they are executed."""

    def __init__(self, fichiers: frozenset[str]) -> None:
        self._fichiers = fichiers
        self.vues: set[Ligne] = set()

    def __call__(self, cadre: FrameType, _evenement: str, _valeur: object) -> Any:
        if cadre.f_code.co_filename not in self._fichiers:
            return None
        self.vues.add((cadre.f_code.co_filename, cadre.f_lineno))
        return self


class Atelier:
    """A plugin that takes the place of the loop of pytest: it measures the tests, then plays them against each mutant."""

    def __init__(self, sujet: Sujet, choisis: Sequence[Mutant], processus: int) -> None:
        self._sujet, self._choisis, self._processus = sujet, choisis, processus
        self._trace = _Trace(frozenset(str(sujet.racine / m.fichier) for m in choisis))
        self._mesures: dict[str, _Mesure] = {}
        self.reponse: Reponse | None = None
        self._panne = f"les essais de {sujet.nom} ne se collectent pas"

    def ouvrir(self) -> Reponse:
        """Collect, play, and return what was found; raise RuntimeError when the tests cannot be collected."""
        sys.settrace(self._trace)
        self._sujet.jouer(self)
        if self.reponse is None:
            raise RuntimeError(self._panne)
        return self.reponse

    def pytest_internalerror(self, excrepr: object) -> None:
        self._panne = str(excrepr)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        sys.settrace(None)
        aux_imports = frozenset(self._trace.vues)
        vifs = _Vifs(self._sujet)
        self._mesures = dans_une_fourche(partial(self._mesurer, session, vifs))
        durees = {nom: mesure.cpu_s for nom, mesure in self._mesures.items()}
        session.config.pluginmanager.register(Arret(durees))
        session.items.sort(key=lambda item: durees[item.nodeid])
        essais = [partial(self._essayer, mutant, session.items, vifs) for mutant in self._choisis]
        rendues = dict(zip(self._choisis, issues(essais, self._processus), strict=True))
        survivants = {mutant for mutant, rendue in rendues.items() if rendue == SURVIT}
        a_revoir = {mutant for mutant in survivants if not aux_imports.isdisjoint(self._lignes(mutant))}
        a_importer = [mutant for mutant, rendue in rendues.items() if rendue == AUTREMENT or mutant in a_revoir]
        modules = list(sys.modules.items())
        etrangers = [nom for nom, m in modules if not self._sujet.est_a_nous(str(getattr(m, "__file__", "")))]
        self.reponse = Reponse(survivants - a_revoir, a_importer, durees, etrangers)
        return True

    def _lignes(self, mutant: Mutant) -> set[Ligne]:
        premiere, derniere = mutant.lignes
        return {(str(self._sujet.racine / mutant.fichier), ligne) for ligne in range(premiere, derniere + 1)}

    def _mesurer(self, session: pytest.Session, vifs: "_Vifs") -> dict[str, _Mesure]:
        mesures = {}
        for item, suivant in _avec_la_suite(session.items):
            vifs.oublier()  # a test that finds there what another one computed executes it too
            self._trace.vues, debut = set(), time.process_time()
            sys.settrace(self._trace)
            _jouer(item, suivant)
            sys.settrace(None)
            if session.testsfailed:
                raise RuntimeError(f"{item.nodeid} échoue sans mutant")
            mesures[item.nodeid] = _Mesure(time.process_time() - debut, frozenset(self._trace.vues))
        return mesures

    def _essayer(self, mutant: Mutant, items: Sequence[pytest.Item], vifs: "_Vifs") -> int:
        if not vifs.echanger(mutant):
            return AUTREMENT
        lignes = self._lignes(mutant)
        couvrants = [item for item in items if not lignes.isdisjoint(self._mesures[item.nodeid].lignes)]
        for item, suivant in _avec_la_suite(couvrants):
            _jouer(item, suivant)
        return SURVIT


class _Vifs:
    """The functions of the subject that are alive, and what they remember."""

    def __init__(self, sujet: Sujet) -> None:
        gc.collect()
        objets = gc.get_objects()
        self._sujet = sujet
        self._fonctions = [o for o in objets if _est_de(sujet, o)]
        self._memoires = [
            o for o in objets if hasattr(type(o), "cache_clear") and _est_de(sujet, getattr(o, "__wrapped__", None))
        ]
        gc.freeze()

    def echanger(self, mutant: Mutant) -> bool:
        """Give the functions that a mutant changes their other code; False when none that is alive can take it."""
        sujet, fichier = self._sujet, mutant.fichier
        codes = _codes(sujet.code(fichier), sujet.code(fichier, mutant.rang))
        changees = [(f, code) for f in self._fonctions if (code := codes.get(f.__code__, f.__code__)) != f.__code__]
        for fonction, code in changees:
            fonction.__code__ = code
        self.oublier()
        return bool(changees)

    def oublier(self) -> None:
        """Empty what the functions remember."""
        for memoire in self._memoires:
            memoire.cache_clear()


def _est_de(sujet: Sujet, objet: object) -> bool:
    return isinstance(objet, FunctionType) and sujet.est_a_nous(objet.__code__.co_filename)


def _codes(ancien: CodeType, nouveau: CodeType) -> dict[CodeType, CodeType]:
    """Return what each code within another becomes; nothing when they do not answer one to one."""
    anciens, nouveaux = list(_tous(ancien)), list(_tous(nouveau))
    formes = [[(c.co_name, c.co_freevars) for c in codes] for codes in (anciens, nouveaux)]
    return dict(zip(anciens, nouveaux, strict=True)) if formes[0] == formes[1] else {}


def _tous(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constante in code.co_consts:
        if isinstance(constante, CodeType):
            yield from _tous(constante)


def _avec_la_suite(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Yield each test with the one that follows: pytest keeps between them the fixtures that both need."""
    yield from zip(items, [*items, None][1:], strict=True)


def _jouer(item: pytest.Item, suivant: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=suivant)


def survivants(sujet: Sujet, choisis: Sequence[Mutant], processus: int) -> list[Mutant]:
    """Return the mutants that no test notices, in their order. Raise RuntimeError when tests fail without any."""
    reponse = dans_une_fourche(lambda: Atelier(sujet, choisis, processus).ouvrir())
    connaitre(reponse.etrangers)
    vivants = reponse.survivants | importes(sujet, reponse.a_importer, reponse.durees, processus)
    return [mutant for mutant in choisis if mutant in vivants]
