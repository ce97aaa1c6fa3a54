"""What every room shares: a folder in memory, default signals for children, a PostgreSQL server and its databases."""

import atexit
import gc
import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from application.journal import log
from bench.postgres import serveur_postgres
from bootstrap import journaux
from tests.bases import Bases
from tests.epreuves import EPREUVES

pytest_plugins = ["tests.temporal_fixtures"]

hypothesis.settings.register_profile("ordinaire", max_examples=100, deadline=None)
hypothesis.settings.register_profile("epreuves", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("epreuves" if EPREUVES else "ordinaire")

SALLES = Path(__file__).resolve().parent
AU_DISQUE = tuple(SALLES / salle for salle in ("adapters/store", "exploitation", "pannes"))
"""Rooms that prove what reaches the disk, and what waiting for it does."""
LONGUES = tuple(
    SALLES / salle
    for salle in (
        "simulateur",
        "acceptance",
        "bench",
        "web/test_navigateur.py",
        "web/test_parcours.py",
        "web/test_navigateur_gestes.py",
        "web/test_navigateur_scrutin.py",
        "web/test_gestes_joues.py",
        "exploitation",
        "adapters/store",
    )
)
"""Begun first, in this order, so that no process ends long after the others."""
ATTENDENT = SALLES / "pannes"
"""Most of a drill is waiting for what was killed: meanwhile the other processes work."""
DEMO = "tests/acceptance/test_demo"
ENSEMBLE = {f"{DEMO}_{suite}.py": f"{DEMO}.py" for suite in ("gestes", "inconnue")}
"""Played by the same process as another file: to play the demo costs more than to look at it."""
MEMOIRE = Path("/dev/shm")
PLACE_OCTETS = 2 << 30
"""Far more than a whole run ever holds there: what a test that passed wrote is erased at once."""
DIT = "dit"
DONNEES = "DILIGENCE_DONNEES"
"""The variable that names a folder of reference data, too big or not ours to copy here."""
JOURNAL: pytest.StashKey[dict[str, Any]] = pytest.StashKey()
Dire = Callable[[str], None]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Put the folders of tests in memory where it can be done; let no child inherit an ignored signal.

    `make test &` and nohup start us with signals ignored. A child inherits that, and not that they are handled.
    """
    if config.option.basetemp is None and (memoire := _memoire()):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memoire))
    # the pictures of tracebacks, with every local, take seconds each
    *avant, _ = structlog.get_config()["processors"]
    sobre = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*avant, sobre])
    config.stash[JOURNAL] = structlog.get_config()
    for numero in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(numero) is signal.SIG_IGN:
            signal.signal(numero, lambda *_: None)
    gc.set_threshold(50_000, 20, 50)  # as the program does (cli/principal.py)


def pytest_collection_finish() -> None:
    """Never look again for cycles among what was read: of so many objects, a fifth of what the tests take."""
    gc.freeze()
    atexit.register(gc.freeze)  # nor when leaving


def _memoire() -> Path | None:
    """Return a folder of this machine whose files are in memory, when there is one with room."""
    assez = MEMOIRE.is_dir() and shutil.disk_usage(MEMOIRE).free > PLACE_OCTETS
    return MEMOIRE if assez else None


def _attend_le_disque(request: pytest.FixtureRequest) -> bool:
    return any(request.path.is_relative_to(salle) for salle in AU_DISQUE)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests are left to `make epreuves`: they are deselected, and counted as such. The longest come first."""
    longs = {item for item in items if item.get_closest_marker("epreuves")} if not EPREUVES else set()
    if longs:
        config.hook.pytest_deselected(items=[item for item in items if item in longs])
    restants = [item for item in items if item not in longs]
    rangs = {fichier: rang for rang, fichier in enumerate(_ordre(dict.fromkeys(item.path for item in restants)))}
    items[:] = sorted(restants, key=lambda item: rangs[item.path])


def _ordre(fichiers: Iterable[Path]) -> list[Path]:
    """Return the order in which files are begun: the longest first, and one that waits after every two that work."""
    tous = sorted(fichiers, key=_rang)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return tous
    travaillent, attendent = ([f for f in tous if f.is_relative_to(ATTENDENT) is attend] for attend in (False, True))
    entremeles = [f for rang, attend in enumerate(attendent) for f in (*travaillent[2 * rang : 2 * rang + 2], attend)]
    return entremeles + travaillent[2 * len(attendent) :]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Give a file to one process, as `--dist loadfile` does, with those that look at the same demo."""
    return _ParFichier(config, log)


class _ParFichier(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        fichier: str = super()._split_scope(nodeid)
        return ENSEMBLE.get(fichier, fichier)


@cache
def _rang(fichier: Path) -> int:
    return next((rang for rang, salle in enumerate(LONGUES) if fichier.is_relative_to(salle)), len(LONGUES))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests counted and measured, and whether their counts were reduced."""
    dits = [
        f"{rapport.nodeid.rpartition('::')[2]}: {ligne}"
        for rapports in terminalreporter.stats.values()
        for rapport in rapports
        if isinstance(rapport, pytest.TestReport) and rapport.when == "call"
        for nom, ligne in rapport.user_properties
        if nom == DIT
    ]
    if not dits:
        return
    exemples = hypothesis.settings.default.max_examples if hypothesis.settings.default else 0
    terminalreporter.section(f"counts ({'full' if EPREUVES else 'reduced'}; {exemples} examples per property)")
    for ligne in dits:
        terminalreporter.line(ligne)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Under CI=true nothing may be skipped: a missing browser or tool is a failure, not a silence.

    Save tests of data that is not copied into the project, when nobody says where it is: pytest names them.
    """
    terminal = session.config.pluginmanager.getplugin("terminalreporter")  # None in a process that another reports for
    sautes = [
        saute
        for saute in (terminal.stats.get("skipped", []) if terminal else [])
        if DONNEES in os.environ or DONNEES not in str(saute.longrepr)
    ]
    if sautes and exitstatus == pytest.ExitCode.OK and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A folder of its own: pytest's, in memory; on the disk for the rooms that need its waits."""
    if not _attend_le_disque(request):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="diligence-essai-", ignore_cleanup_errors=True) as dossier:
        yield Path(dossier)


@pytest.fixture
def dire(request: pytest.FixtureRequest) -> Dire:
    """Keep one line of figures for the end of the session, whichever process runs the test."""
    return lambda ligne: request.node.user_properties.append((DIT, ligne))


@pytest.fixture(autouse=True)
def journal_remis(pytestconfig: pytest.Config) -> Iterator[None]:
    """Each test begins with the story told as at the start: a command played in here waits to change it at a word."""
    log.preparer = None
    structlog.configure(**pytestconfig.stash[JOURNAL])
    yield
    for prise in [h for h in logging.getLogger().handlers if isinstance(h, journaux._VersStructlog)]:
        logging.getLogger().removeHandler(prise)


@pytest.fixture(scope="session")
def postgres_serveur() -> Iterator[str]:
    """The URL of a PostgreSQL server, stopped and erased at the end; DILIGENCE_TEST_POSTGRES names another one."""
    with serveur_postgres(_memoire()) as serveur:
        yield serveur


@pytest.fixture(scope="session")
def postgres_au_disque() -> Iterator[str]:
    """The same, for the rooms that need the waits of a disk."""
    with serveur_postgres() as serveur:
        yield serveur


@pytest.fixture(scope="session")
def bases(postgres_serveur: str) -> Iterator[Bases]:
    ouvertes = Bases(postgres_serveur)
    yield ouvertes
    ouvertes.fermer()


@pytest.fixture(scope="session")
def bases_au_disque(postgres_au_disque: str) -> Iterator[Bases]:
    ouvertes = Bases(postgres_au_disque)
    yield ouvertes
    ouvertes.fermer()


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database of its own."""
    bases: Bases = request.getfixturevalue("bases_au_disque" if _attend_le_disque(request) else "bases")
    with bases.pretee() as adresse:
        yield adresse
