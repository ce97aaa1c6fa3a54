"""A few hundred histories at each `make test`, ten thousand under `make epreuves`; and the bugs planted on purpose."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.simulateur.bogues import BOGUES, Bogue
from tests.simulateur.histoire import jouer

EPREUVES = os.environ.get("DILIGENCE_EPREUVES") == "1"
HISTOIRES = 10_000 if EPREUVES else 300
AU_PLUS_S = None if EPREUVES else 20.0
"""A loaded machine plays fewer histories in `make test`, and says how many."""
SUR_SQLITE = 400 if EPREUVES else 12
LOT = 50
RACINE = Path(__file__).resolve().parents[2]
Dire = Callable[[str], None]


class HistoireFausse(AssertionError):
    """What a seed broke, and how to see it again."""


@pytest.fixture
def dire(request: pytest.FixtureRequest) -> Dire:
    """Write on the terminal, captured or not."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    terminal = request.config.get_terminal_writer()

    def ecrire(ligne: str) -> None:
        with capture.global_and_fixture_disabled():
            terminal.line(f"\n  simulateur : {ligne}")

    return ecrire


def vivre(graine: int) -> None:
    """Play one history; whatever it breaks, say how to play it again."""
    try:
        jouer(graine)
    except Exception as erreur:
        raise HistoireFausse(f"{erreur!r}\npour la rejouer : python -m tests.simulateur {graine} --trace") from erreur


def vivre_un_lot(graines: Iterable[int]) -> int:
    lot = list(graines)
    for graine in lot:
        vivre(graine)
    return len(lot)


def test_des_histoires_au_hasard_ne_trouvent_rien(dire: Dire) -> None:
    debut, faites = time.monotonic(), 0
    lots = [range(premier, min(premier + LOT, HISTOIRES)) for premier in range(0, HISTOIRES, LOT)]
    if EPREUVES:
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as processus:
            faites = sum(processus.map(vivre_un_lot, lots))
    else:
        for graine in (graine for lot in lots for graine in lot):
            vivre(graine)
            faites += 1
            if AU_PLUS_S is not None and time.monotonic() - debut > AU_PLUS_S:
                break
    duree = time.monotonic() - debut
    dire(f"{faites} histoires en {duree:.0f} s, {60 * faites / duree:.0f} par minute")
    assert faites == HISTOIRES or not EPREUVES
    assert faites >= 20


def test_les_deux_enregistreurs_vivent_la_meme_histoire(dire: Dire) -> None:
    debut = time.monotonic()
    for graine in range(SUR_SQLITE):
        assert jouer(graine, sqlite=True) == jouer(graine), f"graine {graine}"
    duree = time.monotonic() - debut
    dire(f"{SUR_SQLITE} histoires en mémoire et sur SQLite, {60 * SUR_SQLITE / duree:.0f} par minute")


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
    assert trace.endswith(jouer(graine)[:16])


@pytest.mark.parametrize(
    "bogue", [b for b in BOGUES if EPREUVES or not b.long], ids=lambda bogue: bogue.planter.__name__
)
def test_un_bogue_plante_est_trouve(bogue: Bogue, dire: Dire) -> None:
    with bogue.planter():
        for graine in range(bogue.au_plus):
            try:
                jouer(graine, sqlite=bogue.sqlite, depart=bogue.depart)
            except AssertionError:
                dire(f"{bogue.planter.__name__} trouvé à la {graine + 1}ᵉ histoire")
                return
    pytest.fail(f"{bogue.planter.__name__} : rien trouvé en {bogue.au_plus} histoires")
