"""One row per fact."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from kernel.faits import Inscription
from kernel.instants import rfc3339, texte_d_effet
from readmodels.ecriture import inserer
from readmodels.etats import Etats

DOSSIER = Path(__file__).parent


_CAUSEE: Final = sa.text("cause IS NOT NULL")


@cache
def _tables(suffixe: str) -> sa.MetaData:
    meta = sa.MetaData()
    sa.Table(
        f"chronologie_{suffixe}",
        meta,
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("agregat", sa.String, nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("fait", sa.String, nullable=False),
        sa.Column("acteur", sa.String, nullable=False),
        sa.Column("effectif_le", sa.String(32), nullable=False),
        sa.Column("enregistre_le", sa.String(32)),
        sa.Column("commande_id", sa.String(36), nullable=False, index=True),
        sa.Column("cause", sa.String(36)),
        # what is sought is read from the end: an index holds it in that order
        *(
            sa.Index(f"ix_chronologie_{suffixe}_{colonne}", colonne, "position")
            for colonne in ("agregat", "id", "fait", "acteur", "enregistre_le")
        ),
        sa.Index(f"ix_chronologie_{suffixe}_cause", "cause", sqlite_where=_CAUSEE, postgresql_where=_CAUSEE),
    )
    return meta


class Chronologie:
    """The projection of the log."""

    nom, plie = "chronologie", False

    def tables(self, suffixe: str) -> sa.MetaData:
        """Return its table."""
        return _tables(suffixe)

    def projeter(self, connexion: sa.Connection, suffixe: str, nouveaux: Sequence[Inscription], etats: Etats) -> None:
        """Add one row per new fact."""
        table = self.tables(suffixe).tables[f"chronologie_{suffixe}"]
        inserer(connexion, table, [_ligne(inscription) for inscription in nouveaux])


def _ligne(inscription: Inscription) -> dict[str, object]:
    entete = inscription.entete
    return {
        "position": inscription.position,
        "agregat": entete.agregat,
        "id": str(entete.id),
        "version": entete.version,
        "fait": inscription.fait.topic,
        "acteur": entete.acteur,
        "effectif_le": texte_d_effet(entete.effectif_le),
        "enregistre_le": None if inscription.enregistre_le is None else rfc3339(inscription.enregistre_le),
        "commande_id": str(entete.commande_id),
        "cause": None if entete.cause is None else str(entete.cause),
    }
