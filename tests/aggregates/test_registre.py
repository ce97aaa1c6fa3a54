"""Every decision of every aggregate is named by a test; each kind says what it awaits."""

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


@pytest.mark.parametrize("espece", ESPECES.values(), ids=ESPECES.keys())
def test_chaque_decision_est_nommee_par_un_test_de_fait_ou_de_refus(espece: Espece) -> None:
    dossier = TESTS / {"agent": "agents"}.get(espece.nom, espece.nom)
    textes = "\n".join(fichier.read_text(encoding="utf-8") for fichier in sorted(dossier.rglob("*.py")))
    jamais = [nom for nom in decisions(espece) if not re.search(rf"[.\"]{nom}\b", textes)]
    assert not jamais, f"{espece.nom}: no test names {', '.join(jamais)}"


@pytest.mark.parametrize("espece", ESPECES.values(), ids=ESPECES.keys())
def test_un_agregat_qui_n_existe_pas_n_attend_rien(espece: Espece) -> None:
    assert attentes(espece.classe(uuid4())) == ()


def test_le_topic_d_un_fait_commence_par_le_nom_de_son_agregat() -> None:
    for topic, classe in FAITS.items():
        if classe.__module__.startswith("aggregates."):
            assert re.fullmatch(r"[a-z]+\.[a-z_]+\.v[0-9]+", topic), topic
            assert topic.partition(".")[0] in ESPECES, topic
