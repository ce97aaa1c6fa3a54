"""Rows in bulk: COPY with PostgreSQL, one statement for all of them with SQLite."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

PEU = 20
"""Rows below which a plain INSERT is as fast."""


def inserer(connexion: sa.Connection, table: sa.Table, lignes: Sequence[Mapping[str, Any]]) -> None:
    """Insert these rows, all with the same columns."""
    if not lignes:
        return
    if connexion.dialect.name != "postgresql" or len(lignes) <= PEU:
        connexion.execute(sa.insert(table), lignes)
        return
    colonnes = [table.c[nom] for nom in lignes[0]]
    dialecte = connexion.dialect
    en_valeurs = [colonne.type.dialect_impl(dialecte).bind_processor(dialecte) for colonne in colonnes]
    noms = ", ".join(f'"{colonne.name}"' for colonne in colonnes)
    curseur: Any = connexion.connection.cursor()
    with curseur, curseur.copy(f'COPY "{table.name}" ({noms}) FROM STDIN') as copie:
        for ligne in lignes:
            copie.write_row(
                [
                    valeur if traduire is None or valeur is None else traduire(valeur)
                    for valeur, traduire in zip(ligne.values(), en_valeurs, strict=True)
                ]
            )


def analyser(connexion: sa.Connection, tables: sa.MetaData) -> None:
    """Tell PostgreSQL what new tables hold: until it looks by itself, it takes them for empty."""
    if connexion.dialect.name == "postgresql":
        for nom in tables.tables:
            connexion.execute(sa.text(f'ANALYZE "{nom}"'))
