"""Every decision of every aggregate has a test of a fact and one of a refusal; each kind says what it awaits."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from aggregates.registre import ESPECES, Espece, attentes
from kernel.agregat import Agregat
from kernel.faits import FAITS

TESTS = Path(__file__).parent


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
    "dossier": {"enregistrer"},
    "enveloppe": {"ouvrir", "engager_en_attente"},
}
"""Decisions that only record, or are silent: their tests say so."""


def essais(espece: Espece) -> dict[bool, set[str]]:
    """Return the names the tests of an aggregate call: inside a `with` that expects a refusal (True), and outside (False)."""
    trouves: dict[bool, set[str]] = {True: set(), False: set()}

    def visiter(noeud: ast.AST, *, refus: bool) -> None:
        if isinstance(noeud, ast.With):
            attendus = {ast.unparse(item.context_expr).partition("(")[0] for item in noeud.items}
            refus = refus or bool(attendus & {"verifie_refus", "pytest.raises"})
        if isinstance(noeud, ast.Attribute | ast.Name):
            trouves[refus].add(noeud.attr if isinstance(noeud, ast.Attribute) else noeud.id)
        for enfant in ast.iter_child_nodes(noeud):
            visiter(enfant, refus=refus)

    nom = {"agent": "agents"}.get(espece.nom, espece.nom)
    for fichier in sorted([*(TESTS / nom).rglob("*.py"), *TESTS.glob(f"test_{nom}.py")]):
        visiter(ast.parse(fichier.read_text(encoding="utf-8")), refus=False)
    return trouves


@pytest.mark.parametrize("espece", ESPECES.values(), ids=ESPECES.keys())
def test_chaque_decision_a_un_test_de_fait_et_un_test_de_refus(espece: Espece) -> None:
    """Each public method of an aggregate has at least one test of a fact and one of a refusal."""
    toutes, appelees = set(decisions(espece)), essais(espece)
    jamais = NE_REFUSENT_JAMAIS.get(espece.nom, set())
    assert not toutes - appelees[False], "no test of a fact"
    assert not toutes - jamais - appelees[True], "no test of a refusal"
    assert jamais <= toutes


@pytest.mark.parametrize("espece", ESPECES.values(), ids=ESPECES.keys())
def test_un_agregat_qui_n_existe_pas_n_attend_rien(espece: Espece) -> None:
    assert attentes(espece.classe(uuid4())) == ()


def test_le_topic_d_un_fait_commence_par_le_nom_de_son_agregat() -> None:
    for topic, classe in FAITS.items():
        if classe.__module__.startswith("aggregates."):
            assert re.fullmatch(r"[a-z]+\.[a-z_]+\.v[0-9]+", topic), topic
            assert topic.partition(".")[0] in ESPECES, topic
