"""The last fact each projection has read, and those that an older copy of the store made it read again.

Kept in the database of the read models: the store itself no longer knows.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from kernel.faits import Inscription
from kernel.temoins import StoreEnArriere, Temoin

META = sa.MetaData()
TEMOINS = sa.Table(
    "temoins",
    META,
    sa.Column("nom", sa.String, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("fait", sa.String, nullable=False),
)
RECULS = sa.Table(
    "reculs",
    META,
    sa.Column("nom", sa.String, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("tete", sa.BigInteger, nullable=False),
)


def retenir(connexion: sa.Connection, nom: str, dernier: Inscription | None) -> None:
    """Keep what recognises the last fact a projection has read."""
    connexion.execute(sa.delete(TEMOINS).where(TEMOINS.c.nom == nom))
    if dernier is not None:
        temoin = Temoin.de(dernier)
        connexion.execute(sa.insert(TEMOINS).values(nom=nom, position=temoin.position, fait=temoin.marque))


def verifier(connexion: sa.Connection, nom: str, position: int, lus: Sequence[Inscription]) -> None:
    """Check that the store still holds the last fact read, first of `lus`.

    Raises:
        StoreEnArriere: it does not.
    """
    if not lus or lus[0].position != position:
        raise StoreEnArriere(nom)
    ligne = connexion.execute(sa.select(TEMOINS).where(TEMOINS.c.nom == nom)).one_or_none()
    if ligne is not None and ligne.position == position and not Temoin(position, ligne.fait).ouvre(lus):
        raise StoreEnArriere(nom)


def noter(connexion: sa.Connection, nom: str, position: int, tete: int) -> None:
    """Keep it until a person says that it was seen: the rebuilt rows no longer show it."""
    connexion.execute(sa.delete(RECULS).where(RECULS.c.nom == nom))
    connexion.execute(sa.insert(RECULS).values(nom=nom, position=position, tete=tete))


def lister(connexion: sa.Connection) -> list[dict[str, Any]]:
    """Return what was noted: how far each projection had read, and where the store was then."""
    lignes = connexion.execute(sa.select(RECULS).order_by(RECULS.c.nom))
    return [{"projection": li.nom, "position": li.position, "tete": li.tete} for li in lignes]


def oublier(connexion: sa.Connection) -> None:
    """Forget what was noted."""
    connexion.execute(sa.delete(RECULS))
