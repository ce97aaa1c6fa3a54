"""The aggregates that have a fact this program cannot read: set aside, named, and read again at each catch-up."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kernel.illisible import FaitIllisible
from readmodels.etats import Nomme

META = sa.MetaData()
TABLE = sa.Table(
    "mis_de_cote",
    META,
    sa.Column("nom", sa.String, primary_key=True),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("agregat", sa.String, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("fait", sa.String, nullable=False),
    sa.Column("pourquoi", sa.String, nullable=False),
)


def retenir(connexion: sa.Connection, nom: str, illisibles: Mapping[Nomme, FaitIllisible]) -> None:
    """Name what a projection could not read."""
    oublier(connexion, nom, [agregat_id for _, agregat_id in illisibles])
    if illisibles:
        connexion.execute(sa.insert(TABLE), [{"nom": nom, **refus.champs} for refus in illisibles.values()])


def oublier(connexion: sa.Connection, nom: str, ids: Collection[UUID] | None = None) -> None:
    """Take back what was named: it is read again; everything without `ids`."""
    requete = sa.delete(TABLE).where(TABLE.c.nom == nom)
    if ids is None:
        connexion.execute(requete)
    elif ids:
        connexion.execute(requete.where(TABLE.c.id.in_([str(agregat_id) for agregat_id in ids])))


def ids(connexion: sa.Connection, nom: str) -> list[UUID]:
    """Return which."""
    return [UUID(lu) for lu in connexion.scalars(sa.select(TABLE.c.id).where(TABLE.c.nom == nom))]


def lister(connexion: sa.Connection) -> list[dict[str, Any]]:
    """Return them all, each with the fact that is not read and why."""
    colonnes = (TABLE.c.agregat, TABLE.c.id, TABLE.c.version, TABLE.c.fait, TABLE.c.pourquoi)
    return [dict(ligne._mapping) for ligne in connexion.execute(sa.select(*colonnes).distinct().order_by(TABLE.c.id))]
