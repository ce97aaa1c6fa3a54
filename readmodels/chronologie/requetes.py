"""Questions asked of the log."""

import sqlalchemy as sa

from readmodels.base import Lectures


def compter(lectures: Lectures) -> int:
    """Return how many facts there are."""
    with lectures.lire("chronologie") as (connexion, meta):
        (table,) = meta.tables.values()
        return int(connexion.scalar(sa.select(sa.func.count()).select_from(table)) or 0)
