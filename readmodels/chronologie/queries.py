"""Questions asked of the log."""

from typing import Any

import sqlalchemy as sa

from readmodels.base import Lectures


def compter(lectures: Lectures) -> int:
    """Return how many facts there are."""
    with lectures.lire("chronologie") as (connexion, meta):
        (table,) = meta.tables.values()
        return int(connexion.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def derniers(lectures: Lectures, limite: int) -> list[dict[str, Any]]:
    """Return the last facts recorded, newest first."""
    with lectures.lire("chronologie") as (connexion, meta):
        (table,) = meta.tables.values()
        return [
            dict(ligne._mapping)
            for ligne in connexion.execute(sa.select(table).order_by(table.c.position.desc()).limit(limite))
        ]
