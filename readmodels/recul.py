"""An older copy of the store was put back: the read models have seen facts that it no longer has.

Positions alone would not tell it for long: the store grows again past them, with other facts. So each projection keeps
what recognises the last fact it read, and looks for it before it reads on.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from kernel.faits import Inscription

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


class StoreEnArriere(Exception):
    """The store does not hold the last fact that was read of it."""


def marque(inscription: Inscription) -> str:
    """Return what no other fact has: its aggregate, its version, and the instant it was recorded."""
    entete = inscription.entete
    return f"{entete.id}:{entete.version}:{inscription.enregistre_le}"


def retenir(connexion: sa.Connection, nom: str, dernier: Inscription | None) -> None:
    """Keep what recognises the last fact a projection has read."""
    connexion.execute(sa.delete(TEMOINS).where(TEMOINS.c.nom == nom))
    if dernier is not None:
        connexion.execute(sa.insert(TEMOINS).values(nom=nom, position=dernier.position, fait=marque(dernier)))


def verifier(connexion: sa.Connection, nom: str, position: int, lus: Sequence[Inscription]) -> None:
    """Check that the store still holds the last fact read, first of `lus`.

    Raises:
        StoreEnArriere: it does not.
    """
    if not lus or lus[0].position != position:
        raise StoreEnArriere(nom)
    temoin = connexion.execute(sa.select(TEMOINS).where(TEMOINS.c.nom == nom)).one_or_none()
    if temoin is not None and temoin.position == position and temoin.fait != marque(lus[0]):
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
