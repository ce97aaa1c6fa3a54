"""The tables of the queue, opened for a question; made again, once, when their rows are damaged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

import sqlalchemy as sa

from readmodels.base import Lectures


class Tables(NamedTuple):
    """Those of one generation."""

    agregats: sa.Table
    attentes: sa.Table
    lieux: sa.Table
    """Where each request is, with its amounts."""
    parcours: sa.Table
    """One row per dossier, its award included: see `parcours.parcourir`."""
    reperes: sa.Table
    """What finds an aggregate exactly: see `parcours.reperes`."""


@contextmanager
def ouvrir(lectures: Lectures) -> Iterator[tuple[sa.Connection, Tables]]:
    """Yield a connection and the tables."""
    with lectures.lire("file") as (connexion, meta):
        tables = sorted(meta.tables.items())  # by name, which is their order here
        yield connexion, Tables(*(table for _, table in tables))


P = ParamSpec("P")
R = TypeVar("R")


def refaites_si_abimees(lire: Callable[Concatenate[Lectures, P], R]) -> Callable[Concatenate[Lectures, P], R]:
    """Make the rows again, once, when one of them or their page is damaged: they hold nothing that is not in the store."""

    @wraps(lire)
    def relire(lectures: Lectures, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return lire(lectures, *args, **kwargs)
        except (ValueError, TypeError, sa.exc.DatabaseError) as erreur:
            if isinstance(erreur, sa.exc.DatabaseError) and "malformed" not in str(erreur):
                raise
            lectures.refaire("file")
            return lire(lectures, *args, **kwargs)

    return relire
