"""A real Temporal server per session, one namespace per test: no worker sees the follow-ups of another test."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from temporalio.client import Client

from adapters.temporal import connecter
from adapters.temporal_local import ServeurLocal, demarrer_local
from tests.moteur import Moteur, ouvrir_moteur

ESPACES = 150
"""Made when the server starts: a namespace made later takes seconds to be known."""
SAUT_DE_TEMPS = ("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true")
HISTOIRE_COURTE = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=30")
SANS_SERVANTS = ("--dynamic-config-value", "worker.perNamespaceWorkerCount=0")
"""The server keeps workers of its own in each namespace, for schedules and batches, which we do not use: for so many,
an eighth of a core all along."""
UNE_PARTITION = (
    *("--dynamic-config-value", "matching.numTaskqueueReadPartitions=1"),
    *("--dynamic-config-value", "matching.numTaskqueueWritePartitions=1"),
)
"""The four of each queue are for thousands of tasks a second: a quarter of what the server takes, and half of what it
takes while nobody asks anything. The servers that the product starts keep them."""
_numeros = itertools.count()


def espace_suivant() -> str:
    """Return the name of a namespace nobody uses yet: a follow-up left by another test would be taken up, for ever."""
    numero = next(_numeros)
    assert numero < ESPACES, "more tests with a server than namespaces: make more of them"
    return f"essai-{numero}"


def _espaces() -> list[str]:
    return [option for n in range(ESPACES) for option in ("--namespace", f"essai-{n}")]


@pytest.fixture(scope="session")
def temporal_server() -> Iterator[ServeurLocal]:
    """A real server with the clock of each workflow under control."""
    serveur = demarrer_local(options=[*SAUT_DE_TEMPS, *SANS_SERVANTS, *UNE_PARTITION, *_espaces()])
    yield serveur
    serveur.arreter()


@pytest.fixture
async def temporal_client(temporal_server: ServeurLocal) -> Client:
    """A client on a namespace of its own."""
    return await connecter(temporal_server.adresse, espace_suivant())


@pytest.fixture
async def moteur(temporal_client: Client, tmp_path: Path) -> AsyncIterator[Moteur]:
    """The engine on a real store: relay on demand, workers running."""
    async with ouvrir_moteur(temporal_client, tmp_path) as moteur:
        yield moteur


@pytest.fixture
async def repetition(temporal_client: Client, tmp_path: Path) -> AsyncIterator[Moteur]:
    """The engine on a rehearsal store whose clock starts on 5 January 2026."""
    async with ouvrir_moteur(temporal_client, tmp_path, repetition=True) as moteur:
        yield moteur
