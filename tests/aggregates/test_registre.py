"""Every decision of every aggregate has a test of a fact and one of a refusal; each kind says what it awaits."""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest

from aggregates.registre import ESPECES, Espece, attentes
from kernel.agregat import Agregat
from kernel.faits import FAITS
from kernel.refus import Refus

TESTS = Path(__file__).parent
AVEC_MARQUES = type(pytest.param())


def decisions(espece: Espece) -> Iterator[str]:
    """Yield the public methods of an aggregate that record a fact, by themselves or through a helper of theirs."""
    for nom, methode in inspect.getmembers(espece.classe, inspect.isfunction):
        if (
            not nom.startswith("_")
            and not hasattr(Agregat, nom)
            and re.search(r"self\.(survient|_)", inspect.getsource(methode))
        ):
            yield nom


NE_REFUSENT_JAMAIS = {
    "agent": {"absence", "confies"},
    "bordereau": {"constater_retrait"},
    "dossier": {
        *("constater_desaccord", "relever", "repondre_au_rejet_implicite"),
        *("produire", "notifier_rejet"),
        *("venir_du_teleservice", "suivre_le_teleservice", "disparaitre_du_teleservice"),
        "suivre_les_pieces",
    },
    "enveloppe": {"ouvrir", "engager_en_attente"},
    "subvention": {"appliquer_nature"},
}
"""Decisions that only record, or are silent: their tests say so."""
NE_FONT_QUE_LIRE = {
    "agent": {"absence", "confies"},
    "campagne": {"motif_d_envoi"},
    "seance": {"feuille_ouverte"},
}
"""They refuse or tell, and record nothing."""


def essais(module: ModuleType) -> Iterator[Callable[[], object]]:
    """Yield the tests of a module with each of their values; not the properties, nor what needs a fixture."""
    for nom, test in inspect.getmembers(module, inspect.isfunction):
        if not nom.startswith("test_") or hasattr(test, "hypothesis"):
            continue
        tirages: list[dict[str, Any]] = [{}]
        for marque in (m for m in getattr(test, "pytestmark", ()) if m.name == "parametrize"):
            noms = marque.args[0].split(",") if isinstance(marque.args[0], str) else marque.args[0]
            lus = [v.values if isinstance(v, AVEC_MARQUES) else v if len(noms) > 1 else (v,) for v in marque.args[1]]
            tirages = [{**t, **dict(zip(map(str.strip, noms), v, strict=True))} for t in tirages for v in lus]
        if inspect.signature(test).parameters.keys() == tirages[0].keys():
            yield from (partial(test, **tirage) for tirage in tirages)


@contextmanager
def temoin(espece: Espece) -> Iterator[dict[str, set[str]]]:
    """Watch the decisions of a kind of aggregate: who recorded a fact, who refused."""
    vus: dict[str, set[str]] = {"fait": set(), "refus": set()}

    def observer(nom: str) -> Callable[..., Any]:
        vraie = getattr(espece.classe, nom)

        def observee(agregat: Agregat, *args: Any, **options: Any) -> Any:
            version = agregat.version
            try:
                rendu = vraie(agregat, *args, **options)
            except Refus:
                vus["refus"].add(nom)
                raise
            if agregat.version > version:
                vus["fait"].add(nom)
            return rendu

        return observee

    with ExitStack() as pile:
        for nom in decisions(espece):
            pile.enter_context(patch.object(espece.classe, nom, observer(nom)))
        yield vus


@pytest.mark.parametrize("espece", ESPECES.values(), ids=ESPECES.keys())
def test_chaque_decision_a_un_test_de_fait_et_un_test_de_refus(espece: Espece) -> None:
    """The tests of an aggregate are run again and watched: each of its decisions records a fact once, and refuses once."""
    nom = espece.module.removeprefix("aggregates.")
    fichiers = sorted([*(TESTS / nom).glob("test_*.py"), *TESTS.glob(f"test_{nom}.py")])
    with temoin(espece) as vus:
        for fichier in fichiers:
            chemin = fichier.relative_to(TESTS).with_suffix("").parts
            for essai in essais(import_module(".".join(("tests.aggregates", *chemin)))):
                essai()
    toutes, jamais = set(decisions(espece)), NE_REFUSENT_JAMAIS.get(espece.nom, set())
    assert toutes - NE_FONT_QUE_LIRE.get(espece.nom, set()) == vus["fait"], "no test of a fact"
    assert toutes - jamais == vus["refus"], "no test of a refusal"


@pytest.mark.parametrize("espece", ESPECES.values(), ids=ESPECES.keys())
def test_un_agregat_qui_n_existe_pas_n_attend_rien(espece: Espece) -> None:
    assert attentes(espece.classe(uuid4())) == ()


def test_le_topic_d_un_fait_commence_par_le_nom_de_son_agregat() -> None:
    for topic, classe in FAITS.items():
        if classe.__module__.startswith("aggregates."):
            assert re.fullmatch(r"[a-z]+\.[a-z_]+\.v[0-9]+", topic), topic
            assert topic.partition(".")[0] in ESPECES, topic
