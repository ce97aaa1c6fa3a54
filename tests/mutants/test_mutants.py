"""The measure of mutants is itself measured: a weak test is found, a good one is counted, what imports execute is changed."""

import ast
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from tests.conftest import Dire
from tests.mutants.__main__ import RACINE, SUJETS, eprouver
from tests.mutants.atelier import survivants
from tests.mutants.equivalents import EQUIVALENTS
from tests.mutants.essais import Sujet
from tests.mutants.fourches import SURVIT, TUE, issues
from tests.mutants.mutations import mutants, muter

NOMBRE = 500
"""Of each package, under `make epreuves`; it is stated with the score."""

REGLE = """\
PLANCHER = 10

def recevable(montant):
    if montant < PLANCHER:
        raise ValueError(montant)
    return montant

def rabais(montant):
    return montant - 1 if montant > 100 else montant

def jamais_lu():
    return max(1, 2)
"""
ESSAIS = """\
import pytest
from regles.aides import rabais, recevable

def test_le_plancher_est_recevable():
    assert recevable(10) == 10

def test_sous_le_plancher_on_refuse():
    with pytest.raises(ValueError):
        recevable(9)

def test_un_rabais():
    assert (rabais(50), rabais(200)) == (50, 199)
"""


@pytest.fixture
def regles(tmp_path: Path) -> Sujet:
    """A small package: its tests look at both sides of the plancher, and far from the bound of the rabais."""
    (tmp_path / "regles").mkdir()
    (tmp_path / "regles" / "aides.py").write_text(REGLE, encoding="utf-8")
    (tmp_path / "test_regles_fictives.py").write_text(ESSAIS, encoding="utf-8")
    return Sujet("regles", ("test_regles_fictives.py",), tmp_path)


def test_un_essai_faible_est_trouve_et_un_bon_est_compte(regles: Sujet, capsys: pytest.CaptureFixture[str]) -> None:
    tous = [m.cle for m in regles.mutants()]
    ecartes = [cle for cle in tous if "jamais_lu" in cle and "None" not in cle]
    score = eprouver(regles, graine=1, nombre=100, processus=2, equivalents=ecartes)
    entete, *vivants = capsys.readouterr().out.splitlines()
    assert [vivant.removeprefix("  regles/aides.py:") for vivant in vivants] == [
        "9 rabais : return montant - 1 if montant > 100 else montant → return montant - 1 if montant >= 100 else montant",
        "9 rabais : return montant - 1 if montant > 100 else montant → return montant - 1 if montant > 101 else montant",
        "12 jamais_lu : return max(1, 2) → return None",
    ]
    assert "regles/aides.py module : PLANCHER = 10 → PLANCHER = 11" in tous
    assert (len(tous), score) == (14, Fraction(8, 11))
    assert entete.startswith("regles : 11 mutants de 11 (graine 1), 3 survivants, score 72.7 %")


def test_une_suite_qui_echoue_sans_mutant_ne_mesure_rien(regles: Sujet) -> None:
    (regles.racine / "test_regles_fictives.py").write_text(f"{ESSAIS}    assert rabais(101) == 101\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="test_un_rabais échoue sans mutant"):
        survivants(regles, regles.mutants()[:1], processus=1)


@pytest.mark.parametrize(
    ("source", "attendus"),
    [
        ("a < b", ["a <= b"]),
        ("a <= b < c", ["a < b < c", "a <= b <= c"]),
        ("a is None or b in c", ["a is None and b in c", "a is not None or b in c", "a is None or b not in c"]),
        ("not a", ["a"]),
        ("x = -1", ["x = 1", "x = -2"]),
        ("x = True", ["x = False"]),
        ("def f():\n    x = a + b", ["def f():\n    x = a - b"]),
        ("def f():\n    x = a + 'b'", []),
        ("def f():\n    x += 3", ["def f():\n    x -= 3", "def f():\n    x += 4"]),
        ("def f():\n    return g", ["def f():\n    return None"]),
        ("x = [a for a in b if a]", ["x = [a for a in b]"]),
        ("x = any(a)", ["x = all(a)"]),
        ("x = a if b else c", ["x = c if b else a"]),
        ("if a:\n    raise b", ["if not a:\n    raise b", "pass"]),
        ("if a:\n    f()", ["if not a:\n    f()", "if a:\n    pass"]),
        ("while a:\n    break", ["while not a:\n    break", "while a:\n    continue"]),
        ("a.b = c", ["pass"]),
        ("x = isinstance(a, b | c)\nassert a < b\ny: Literal[1]\nz = f'{a + 1}'", []),
    ],
)
def test_ce_qu_un_mutant_change(source: str, attendus: list[str]) -> None:
    trouves = mutants("exemple.py", source)
    assert [ast.unparse(muter(source, m.rang)) for m in trouves] == attendus


def test_une_boucle_sans_fin_est_arretee_et_une_panne_se_dit() -> None:
    assert issues([lambda: _se_tue(signal.SIGXCPU), lambda: SURVIT, lambda: TUE], 2) == [TUE, SURVIT, TUE]
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        issues([lambda: 1 // 0], 1)
    with pytest.raises(RuntimeError, match="signal 9"):
        issues([lambda: _se_tue(signal.SIGKILL)], 1)


def _se_tue(numero: int) -> int:
    os.kill(os.getpid(), numero)  # SIGXCPU is what `borner` has the system send
    return SURVIT


def test_un_mutant_equivalent_existe_et_dit_pourquoi() -> None:
    fichiers = {cle.partition(" ")[0] for cle in EQUIVALENTS}
    connus = {m.cle for f in fichiers for m in mutants(f, (RACINE / f).read_text("utf-8"))}
    assert EQUIVALENTS.keys() <= connus
    assert all(len(raison) > 20 for raison in EQUIVALENTS.values())


@pytest.mark.epreuves
@pytest.mark.parametrize("nom", [sujet.nom for sujet in SUJETS])
def test_les_essais_d_un_paquet_tuent_ses_mutants(nom: str, dire: Dire) -> None:
    commande = [sys.executable, "-m", "tests.mutants", "--sujet", nom, "--nombre", str(NOMBRE)]
    fait = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True, check=False)
    for ligne in fait.stdout.splitlines():
        dire(ligne)
    assert fait.returncode == 0, fait.stdout + fait.stderr
