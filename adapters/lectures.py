"""The database of the read models: a file beside an SQLite store, a schema of its own with PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from adapters import a_cote
from adapters.store.adresse import AdresseSqlite, lire_adresse
from kernel.refus import Refus

_ABIMEES: Final = ("not a database", "malformed")
"""What SQLite says of a file it cannot read."""


class LecturesAbimees(Refus, code="lectures_abimees"):
    """The file of the read models cannot be read: it holds nothing that is not in the store."""

    def __init__(self, fichier: Path) -> None:
        super().__init__(
            f"Le fichier {fichier} des lectures est abîmé : supprimez-le, il est refait depuis la base.",
            fichier=str(fichier),
        )


@contextmanager
def fichier_lisible(base: str) -> Iterator[None]:
    """Refuse with LecturesAbimees when SQLite cannot read its file."""
    try:
        yield
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as erreur:
        adresse = lire_adresse(base)
        if isinstance(adresse, AdresseSqlite) and any(signe in str(erreur) for signe in _ABIMEES):
            raise LecturesAbimees(adresse.lectures) from erreur
        raise


def ouvrir_base(base: str) -> sa.Engine:
    """Open it, made when there is none: rows and their position may be lost together, and are then only made again."""
    ouverte = a_cote.ouvrir_base(base, "lectures", durable=False)
    if ouverte.dialect.name == "postgresql":
        with ouverte.begin() as connexion:
            a_cote.creer_schema(connexion, "lectures")
    return ouverte
