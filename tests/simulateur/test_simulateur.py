"""Over a hundred histories at each `make test`, ten thousand under `make epreuves`; and the bugs planted on purpose."""

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Dire
from tests.epreuves import EPREUVES, compte
from tests.simulateur.__main__ import resume
from tests.simulateur.ampleur import DIXIEME, GRANDE, Bilan
from tests.simulateur.bogues import BOGUES, Bogue
from tests.simulateur.histoire import HistoireFausse, jouer, jouer_toutes
from tests.simulateur.processus import Violation

HISTOIRES = compte(150, 10_000)
GRANDES = compte(3, 60)
LOT = 50
AU_PLUS_S = 3600.0 if EPREUVES else 25.0
"""A loaded machine plays fewer histories in `make test`, and says how many."""
PROCESSUS = (os.cpu_count() or 1) if EPREUVES else 1
SUR_SQLITE = compte(12, 400)
RACINE = Path(__file__).resolve().parents[2]


def test_des_histoires_au_hasard_ne_trouvent_rien(dire: Dire) -> None:
    debut = time.monotonic()
    lot = LOT if PROCESSUS == 1 else HISTOIRES
    bilans: list[Bilan] = []
    while len(bilans) < HISTOIRES and time.monotonic() - debut < AU_PLUS_S:
        bilans += jouer_toutes(range(len(bilans), len(bilans) + lot), processus=PROCESSUS)
    dire(resume(bilans, time.monotonic() - debut))
    assert len(bilans) == HISTOIRES or (not EPREUVES and len(bilans) >= LOT)


def test_des_campagnes_de_centaines_de_dossiers_ne_trouvent_rien(dire: Dire) -> None:
    debut = time.monotonic()
    bilans = jouer_toutes(range(GRANDES), processus=PROCESSUS, ampleur=GRANDE if EPREUVES else DIXIEME)
    dire(f"campagnes {'entières' if EPREUVES else 'au dixième'}, {resume(bilans, time.monotonic() - debut)}")
    assert all(bilan.dossiers >= compte(10, 200) for bilan in bilans)


def test_les_deux_enregistreurs_vivent_la_meme_histoire(dire: Dire) -> None:
    debut = time.monotonic()
    assert jouer_toutes(range(SUR_SQLITE), sqlite=True) == jouer_toutes(range(SUR_SQLITE))
    dire(f"{SUR_SQLITE} histoires en mémoire et sur SQLite, en {time.monotonic() - debut:.0f} s")


def test_une_graine_se_rejoue_a_l_identique_dans_un_autre_processus() -> None:
    graine = 7
    traces = {
        subprocess.run(
            [sys.executable, "-m", "tests.simulateur", str(graine), "--trace"],
            cwd=RACINE,
            env={**os.environ, "PYTHONHASHSEED": hachage},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.rpartition("\n1 histoires")[0]
        for hachage in ("1", "2")
    }
    assert len(traces) == 1
    (trace,) = traces
    assert trace.endswith(jouer(graine).empreinte[:16])


def test_une_graine_fausse_est_dite_et_se_rejoue_a_l_identique() -> None:
    """Whatever was played before: the same seed breaks at the same step, for the same reason."""
    bogue = BOGUES[0]
    with bogue.planter():
        fausse = next(graine for graine in range(bogue.au_plus) if _violation(graine))
        dite = _violation(fausse)
        with pytest.raises(HistoireFausse, match=rf"python -m tests\.simulateur {fausse} --trace"):
            jouer_toutes([fausse])
        jouer_toutes(range(fausse))
        assert dite.startswith(f"graine {fausse}, pas ")
        assert _violation(fausse) == dite


def _violation(graine: int) -> str:
    try:
        jouer(graine)
    except Violation as violation:
        return str(violation)
    return ""


# a history that a bug stops leaves coroutines half way: they complain when they are collected, here and not in another test
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("bogue", BOGUES, ids=lambda bogue: bogue.planter.__name__)
def test_un_bogue_plante_est_trouve(bogue: Bogue, dire: Dire) -> None:
    toutes = range(bogue.au_plus)
    with bogue.planter():
        for graine in toutes if EPREUVES else dict.fromkeys((bogue.d_abord, *toutes)):
            try:
                jouer(
                    graine,
                    ampleur=bogue.ampleur,
                    sqlite=bogue.sqlite,
                    depart=bogue.depart,
                    lectures=bogue.lectures,
                )
            except (AssertionError, Violation):
                gc.collect()
                dire(f"{bogue.planter.__name__} trouvé à la {graine + 1}ᵉ histoire")
                return
    pytest.fail(f"{bogue.planter.__name__} : rien trouvé en {bogue.au_plus} histoires")
