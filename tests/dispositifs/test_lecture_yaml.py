"""The one reader of YAML: lines, doubles, bounds, and no number that nobody typed; the same in C and in Python."""

from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from dispositifs import lecture_yaml
from dispositifs.lecture_yaml import YamlIllisible, lire_yaml

RACINE = Path(__file__).parents[2]


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def analyseur(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML without libyaml")
    monkeypatch.setattr(lecture_yaml, "_ANALYSEUR", getattr(yaml, request.param))


def test_une_date_reste_le_texte_qui_a_ete_tape() -> None:
    situe = lire_yaml("a: 2026-02-30\nb: [1, 2.5, true, null, non]\n")
    assert situe.valeurs == {"a": "2026-02-30", "b": [1, 2.5, True, None, "non"]}
    assert situe.ligne(("b", 3)) == 2


@pytest.mark.parametrize(
    ("tape", "lu"),
    [
        ("0", 0),
        ("-12", -12),
        ("+5", 5),
        ("1500000", 1_500_000),
        ("2.50", 2.5),
        ("yes", True),
        ("Off", False),
        ("~", None),
        ("", None),
        ("01500000", "01500000"),  # YAML 1.1: octal
        ("15:30", "15:30"),  # YAML 1.1: 930, in base 60
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("0b11", "0b11"),
        (".inf", ".inf"),
        (".5", ".5"),
        ("1.", "1."),
        ("9" * 400 + ".5", "9" * 400 + ".5"),  # YAML 1.1: infinity
        ("'12'", "12"),
        ("|\n  12\n", "12\n"),
    ],
)
def test_un_nombre_est_ce_que_l_on_ecrit_comme_un_nombre(tape: str, lu: Any) -> None:
    valeur = lire_yaml(f"a: {tape}").valeurs["a"]
    assert (valeur, type(valeur)) == (lu, type(lu))


def test_une_cle_est_toujours_un_texte() -> None:
    assert lire_yaml("no: 1\n012: 2\n<<: 3\n").valeurs == {"no": 1, "012": 2, "<<": 3}


def test_la_ligne_est_celle_du_plus_proche_connu() -> None:
    situe = lire_yaml("a:\n  b:\n    - x\n    - y\n")
    assert [situe.ligne(chemin) for chemin in ((), ("a", "b", 1), ("a", "c"), ("a", "str", "b"))] == [1, 4, 1, 2]


@pytest.mark.parametrize(
    ("texte", "ligne", "dit"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "« a » est déjà donnée ligne 1"),
        ("a: &x [1]\nb: *x\n", 2, "alias"),
        ("a:\n  b: !!int '3'\n", 2, "étiquettes"),
        ("a: 1\n---\nb: 2\n", 2, "un seul document"),
        ("a: 1\n? [b]\n: c\n", 2, "une clé doit être un texte"),
        ("# rien\n", 1, "vide"),
        ("a: 1\nb: \x07", 2, "un caractère n’est pas permis (U+0007)"),
        ("a: 1\nb: \ufeff", 2, "un caractère n’est pas permis (U+FEFF)"),
        ('a: "\\ud800"', 1, "un caractère n’est pas permis"),
        ('a: "\\q"', 1, "annonce un signe"),
        ("a:\n\tb: 1\n", 2, "tabulation"),
        ("a: %b\n", 1, "commence par %"),
        ("a: 'b\n", 1, "guillemet"),
        ("a: [b\n", 1, "crochet"),
        ("a: 1\n b: 2\n", 2, "retrait"),
        ("a:\n  - b\n c: 2\n", 3, "retrait"),
        ("a: " + "9" * 5000, 1, "pas une valeur lisible"),
        ("[" * 900_000, 1, "niveaux"),
        ("- " * 400_000, 1, "niveaux"),
        ("{a: " * 200_000, 1, "niveaux"),
        ("a" * 1_000_001, 1, "dépasse"),
    ],
)
def test_un_texte_inacceptable_est_refuse_avec_sa_ligne(texte: str, ligne: int, dit: str) -> None:
    with pytest.raises(YamlIllisible) as refus:
        lire_yaml(texte)
    assert refus.value.champs["ligne"] == ligne
    assert dit in refus.value.message


def test_tout_yaml_livre_se_lit() -> None:
    livres = list(chain((RACINE / "examples").rglob("*.yaml"), (RACINE / "scenarios").rglob("*.yaml")))
    assert livres
    assert all(lire_yaml(fichier.read_text(encoding="utf-8")).lignes for fichier in livres)
