"""A process started while its database is away waits for it: whoever started it need not start it again."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Final, TypeVar

import structlog
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import InterfaceError, OperationalError

from kernel.systeme import raison_de_la_base

REPOS_S: Final = (0.5, 10.0)
"""First and longest pause between two attempts."""
T = TypeVar("T")
log = structlog.get_logger()


@contextmanager
def attendue(ouvrir: Callable[[], AbstractContextManager[T]]) -> Iterator[T]:
    """Open what needs a database, as soon as it answers; a refusal is no outage, and is raised at once."""
    with ExitStack() as pile:
        yield _entrer(pile, ouvrir)


def _entrer(pile: ExitStack, ouvrir: Callable[[], AbstractContextManager[T]]) -> T:
    repos = REPOS_S[0]
    while True:
        try:
            return pile.enter_context(ouvrir())
        except (PersistenceError, OperationalError, InterfaceError) as erreur:
            log.warning("base.attendue", pourquoi=raison_de_la_base(erreur), reprise_dans_s=repos)
        time.sleep(repos)
        repos = min(2 * repos, REPOS_S[1])
