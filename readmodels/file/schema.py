"""Tables of the queue. Instants are RFC 3339 texts in UTC with microseconds: they sort as they are."""

from functools import cache

import sqlalchemy as sa

from readmodels.file.parcours import JOURS, MONTANTS

MONTANTS_DE_SUBVENTION = ("vote_centimes", "engage_centimes", "liquide_centimes", "mandate_centimes", "paye_centimes")

_OCTETS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
"""Sorted as SQLite does, whatever the language of the database."""

OUVERTS = sa.column("attentes") > 0
"""What awaits something: what a filter offers is read there."""
ORPHELINS = sa.and_(
    sa.column("attentes") == sa.literal_column("0"),
    ~sa.column("termine", sa.Boolean),
    ~sa.column("peut_reposer", sa.Boolean),
)
"""What is open and awaits nobody."""


@cache
def tables(suffixe: str) -> sa.MetaData:
    """Return the tables of one generation."""
    meta = sa.MetaData()
    sa.Table(
        f"file_agregats_{suffixe}",
        meta,
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("agregat", sa.String, nullable=False),
        # ref, objet and beneficiaire as they are searched; among the first, since every row is opened up to there
        sa.Column("cherche", sa.String, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("tri", _OCTETS, nullable=False),
        sa.Column("objet", sa.String, nullable=False),
        sa.Column("etape", sa.String, nullable=False),
        sa.Column("campagne", sa.String, nullable=False),
        sa.Column("beneficiaire", sa.String, nullable=False),
        # who has charge of the dossier: an agent, a group
        sa.Column("charge", sa.String),
        sa.Column("groupe", sa.String),
        # ref and objet, folded: what `cherche` is made of again when a denomination is corrected
        sa.Column("simple", sa.String, nullable=False),
        sa.Column("tiers", sa.String(36), index=True),
        sa.Column("dossier", sa.String(36), index=True),
        sa.Column("demande_centimes", sa.BigInteger),
        sa.Column("propose_centimes", sa.BigInteger),
        *(sa.Column(nom, sa.BigInteger) for nom in MONTANTS_DE_SUBVENTION),
        sa.Column("reserve_centimes", sa.BigInteger),
        # the credits of a subvention
        sa.Column("enveloppe", sa.String, index=True),
        # see `parcours.ordre_du_jour`
        sa.Column("jour", sa.String(10)),
        sa.Column("seance", sa.String(36), index=True),
        sa.Column("lignes", sa.Integer),
        sa.Column("a_voter", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("attentes", sa.Integer, nullable=False),
        sa.Column("peut_reposer", sa.Boolean, nullable=False),
        sa.Column("termine", sa.Boolean, nullable=False),
        # a rejet implicite was born: the délai has had its effect, the person may still decide
        sa.Column("rejet_implicite", sa.Boolean, nullable=False),
        sa.Column("prochain", sa.String(32), index=True),
        # in order; SQLite then finds words there, without the rows: PostgreSQL bounds what an index holds, and reads them all
        sa.Index(f"ix_file_agregats_{suffixe}_ordre", "agregat", "tri").ddl_if(dialect="postgresql"),
        sa.Index(f"ix_file_agregats_{suffixe}_mots", "agregat", "tri", "cherche").ddl_if(dialect="sqlite"),
        # how many stand where
        sa.Index(f"ix_file_agregats_{suffixe}_etats", "agregat", "etape"),
        *(_parmi(f"ix_file_agregats_{suffixe}_{nom}", nom, OUVERTS) for nom in ("campagne", "etape")),
        _parmi(f"ix_file_agregats_{suffixe}_orphelins", "id", ORPHELINS),
        _parmi(f"ix_file_agregats_{suffixe}_effets", "id", sa.column("rejet_implicite", sa.Boolean)),
    )
    _attentes(suffixe, meta)
    _reperes(suffixe, meta)
    _parcours(suffixe, meta)
    return meta


def _attentes(suffixe: str, meta: sa.MetaData) -> None:
    """Add what is awaited."""
    sa.Table(
        f"file_attentes_{suffixe}",
        meta,
        sa.Column("rang", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False, index=True),
        sa.Column("agregat", sa.String, nullable=False),
        sa.Column("de", sa.String, nullable=False),
        sa.Column("ailleurs", sa.Boolean, nullable=False),
        sa.Column("tri", _OCTETS, nullable=False, index=True),
        sa.Column("depuis", sa.String(32), nullable=False),
        sa.Column("echeance", sa.String(32), index=True),
        sa.Column("automatisme", sa.String),
        sa.Column("prochain", sa.String(32), index=True),
        sa.Column("bloque_apres", sa.String(32), index=True),
        sa.Column("document", sa.JSON, nullable=False),
        # the two questions of the queue: how many for a role, and which come first
        sa.Index(f"ix_file_attentes_{suffixe}_compte", "de", "ailleurs", "echeance"),
        sa.Index(f"ix_file_attentes_{suffixe}_ordre", "de", "tri"),
        sa.Index(f"ix_file_attentes_{suffixe}_especes", "agregat", "tri"),
    )


def _reperes(suffixe: str, meta: sa.MetaData) -> None:
    """Add what finds an aggregate exactly: see `parcours.reperes`."""
    sa.Table(
        f"file_reperes_{suffixe}",
        meta,
        sa.Column("rang", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False, index=True),
        sa.Column("genre", sa.String, nullable=False),
        sa.Column("cle", _OCTETS, nullable=False),
        sa.Index(f"ix_file_reperes_{suffixe}_cle", "genre", "cle", "id"),
    )


def _parmi(nom: str, colonne: str, ceux: sa.ColumnElement[bool]) -> sa.Index:
    """Return the index of a column of some rows only."""
    return sa.Index(nom, colonne, postgresql_where=ceux, sqlite_where=ceux)


def _parcours(suffixe: str, meta: sa.MetaData) -> None:
    """Add what pilotage counts, a narrow row per dossier: every one of them is read."""
    sa.Table(
        f"file_parcours_{suffixe}",
        meta,
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("campagne", sa.String, nullable=False),
        sa.Column("atteint", sa.SmallInteger, nullable=False),
        *(sa.Column(f"{nom}_centimes", sa.BigInteger) for nom in MONTANTS),
        *(sa.Column(nom, sa.Integer) for nom in JOURS),
        sa.Column("enveloppe", sa.String),
    )
    sa.Table(
        f"file_lieux_{suffixe}",
        meta,
        sa.Column("rang", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False, index=True),
        sa.Column("genre", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("campagne", sa.String, nullable=False),
        sa.Column("demande_centimes", sa.BigInteger),
        sa.Column("vote_centimes", sa.BigInteger),
        sa.Index(f"ix_file_lieux_{suffixe}_code", "genre", "code", "id"),
    )
