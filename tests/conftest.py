"""Fixtures of every room: a throw-away PostgreSQL server per session, one empty database per test."""

import itertools
import os
from collections.abc import Iterator

import hypothesis
import psycopg
import pytest

from bench.postgres import adresse_de_base, serveur_postgres

pytest_plugins = ["tests.temporal_fixtures"]
_numeros = itertools.count(1)

hypothesis.settings.register_profile("ordinaire", max_examples=100, deadline=None)
hypothesis.settings.register_profile("epreuves", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("epreuves" if os.environ.get("DILIGENCE_EPREUVES") == "1" else "ordinaire")


EPREUVES = os.environ.get("DILIGENCE_EPREUVES") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests are left to `make epreuves`: they are deselected, and counted as such."""
    longs = [item for item in items if item.get_closest_marker("epreuves")] if not EPREUVES else []
    if longs:
        config.hook.pytest_deselected(items=longs)
        items[:] = [item for item in items if item not in longs]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Under CI=true nothing may be skipped: a missing browser or tool is a failure, not a silence."""
    sautes = session.config.pluginmanager.getplugin("terminalreporter").stats.get("skipped", [])
    if sautes and exitstatus == pytest.ExitCode.OK and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgres_serveur() -> Iterator[str]:
    """The URL of a PostgreSQL server, stopped and erased at the end; DILIGENCE_TEST_POSTGRES names another one."""
    with serveur_postgres() as serveur:
        yield serveur


@pytest.fixture
def postgres_url(postgres_serveur: str) -> Iterator[str]:
    """The URL of an empty database of its own, dropped at the end."""
    nom = f"essai_{os.getpid()}_{next(_numeros)}"
    with psycopg.connect(postgres_serveur, autocommit=True) as serveur:
        serveur.execute(f"CREATE DATABASE {nom}")
        # a test never loses power: what it proves does not need the disk
        serveur.execute(f"ALTER DATABASE {nom} SET synchronous_commit = off")
    try:
        yield adresse_de_base(postgres_serveur, nom)
    finally:
        with psycopg.connect(postgres_serveur, autocommit=True) as serveur:
            serveur.execute(f"DROP DATABASE IF EXISTS {nom} WITH (FORCE)")
