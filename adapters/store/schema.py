"""The only DDL of the store and of its coffre, run by `diligence migrer`, as often and by as many as one likes."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from adapters.horloge import HorlogeReelle
from adapters.store.adresse import (
    AdresseSqlite,
    BaseIllisible,
    StoreAMigrer,
    StoreExistant,
    lire_adresse,
    sans_mot_de_passe,
)
from adapters.store.chaine import chainer_un_lot_postgres, chainer_un_lot_sqlite
from adapters.store.connexions import connecter, traduire
from adapters.store.gardes import GARDE_DE_LA_CHAINE, GARDES_SQLITE, manquantes_postgres, manquantes_sqlite
from adapters.store.lectures_sql import SONT_RETROUVES
from adapters.store.perdue import CoffrePerdu, StorePerdu, des_pieces, exiger_entiere, lier, manque, vestiges
from adapters.store.schema_postgres import (
    COFFRE_POSTGRES,
    ORIGINE_D_AVANT,
    STORE_POSTGRES,
    VERROU_AJOUT,
)
from kernel.instants import Instant, triable
from kernel.pannes import passer
from kernel.systeme import est_de_l_adresse, raison_de_la_base

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import Params

SCHEMA = 8
"""Version of the tables; a change adds a step, never edits one. 2: each fact has its digest; 3: a command, an origin;
4: a text of the coffre, when it was last kept; 5: the index of topics, those that are looked for only;
6, 7: propositions, groups of agents and tiers are among them; 8: affectations too, and the index says so topic by topic."""
_CHAINE, _GARDES, _INDEX = 2, 3, 8
"""Since when each fact has its digest, and the guards and the index of topics are those of today."""
_ATTENTE_S = 15.0

STORE_SQLITE = f"""
CREATE TABLE IF NOT EXISTS stored_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL, state BLOB NOT NULL, enregistre_le TEXT NOT NULL, empreinte BLOB,
    UNIQUE (originator_id, originator_version));
CREATE INDEX IF NOT EXISTS stored_events_topic ON stored_events (topic) WHERE {SONT_RETROUVES};
CREATE TABLE IF NOT EXISTS journal (
    commande_id TEXT NOT NULL, empreinte TEXT NOT NULL, geste TEXT NOT NULL, acteur TEXT NOT NULL,
    agregat TEXT NOT NULL, agregat_id TEXT NOT NULL, ref TEXT NOT NULL, version INTEGER NOT NULL, topics TEXT NOT NULL,
    position INTEGER NOT NULL, pilote TEXT, enregistre_le TEXT NOT NULL, origine TEXT NOT NULL,
    PRIMARY KEY (commande_id, acteur, origine));
CREATE INDEX IF NOT EXISTS journal_pilote ON journal (pilote) WHERE pilote IS NOT NULL;
CREATE TABLE IF NOT EXISTS refus (
    rang INTEGER PRIMARY KEY AUTOINCREMENT, commande_id TEXT NOT NULL, geste TEXT NOT NULL, acteur TEXT,
    agregat TEXT NOT NULL, agregat_id TEXT, code TEXT NOT NULL, enregistre_le TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS curseurs (nom TEXT PRIMARY KEY NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS baux (
    nom TEXT PRIMARY KEY NOT NULL, porteur TEXT NOT NULL, expire_le TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parametres (cle TEXT PRIMARY KEY NOT NULL, valeur TEXT NOT NULL) WITHOUT ROWID;
"""

ORIGINE_SQLITE = f"""
INSERT INTO journal SELECT *, {ORIGINE_D_AVANT} FROM journal_d_avant ORDER BY rowid;
DROP TABLE journal_d_avant;
"""  # noqa: S608 - constants only
"""Gives their origin to the receipts of a store made before commands had one: SQLite changes no key in place."""

COFFRE_SQLITE = """
CREATE TABLE IF NOT EXISTS cles (sujet TEXT PRIMARY KEY NOT NULL, cle BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS textes (
    texte_id TEXT PRIMARY KEY NOT NULL, sujet TEXT NOT NULL, chiffre BLOB NOT NULL,
    touche_le INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS textes_sujet ON textes (sujet);
CREATE TABLE IF NOT EXISTS temoin (un INTEGER PRIMARY KEY CHECK (un = 1), cle_maitresse TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS appartenance (
    un INTEGER PRIMARY KEY CHECK (un = 1), store TEXT NOT NULL, servi INTEGER NOT NULL);
"""

SECONDES_SQLITE = "CAST((julianday('now') - 2440587.5) * 86400 AS INTEGER)"
"""Now, of this host's clock."""

TOUCHE_LE_SQLITE = f"""
ALTER TABLE textes ADD COLUMN touche_le INTEGER NOT NULL DEFAULT 0;
UPDATE textes SET touche_le={SECONDES_SQLITE};
"""  # noqa: S608 - constants only
"""The texts of a coffre that had no dates are of now: none is swept before a day."""


def migrer(
    base: str,
    *,
    repetition: bool = False,
    debut: Instant | None = None,
    fichiers: Path | None = None,
    refaire_coffre: bool = False,
) -> dict[str, Any]:
    """Create or update the tables of a store and of its coffre; return what the store is.

    A store made before facts had digests is chained, a batch of facts a transaction: interrupted, it is gone on with.
    `gardes_remises`: what kept it append-only and was missing or altered; who took it away had a reason.

    Args:
        base: the address of the store.
        repetition: make it a rehearsal, with its own clock; only when it does not exist yet.
        debut: where the clock of a new rehearsal starts, by default now.
        fichiers: the folder of the pièces, when it is not beside an SQLite store.
        refaire_coffre: where the coffre of a store that holds facts is lost, begin an empty one (`coffre_refait`).

    Raises:
        BaseIllisible: the address cannot be opened.
        StoreExistant: the store exists and its nature is the other one.
        StoreAMigrer: a newer version prepared it.
        SessionPartagee: the address is that of a pooler in transaction mode.
        StorePerdu: it is not there, or is empty, and something that goes with a store is.
        CoffrePerdu: it holds facts and its coffre is not there, or is empty.
        CoffreEtranger: its coffre is that of another store.
    """
    adresse = lire_adresse(base)
    voulu = {"nature": "repetition" if repetition else "reel", "schema": str(SCHEMA), "store_id": str(uuid4())}
    if repetition:
        voulu["horloge"] = triable(debut or HorlogeReelle().maintenant())
    if isinstance(adresse, AdresseSqlite):
        cree, parametres, remises, refait = _migrer_sqlite(adresse, voulu, fichiers, refaire=refaire_coffre)
    else:
        cree, parametres, remises, refait = _migrer_postgres(base, voulu, fichiers, refaire=refaire_coffre)
    return {
        "base": sans_mot_de_passe(base),
        "cree": cree,
        "nature": parametres["nature"],
        "schema": SCHEMA,
        "store_id": parametres["store_id"],
        "horloge": parametres.get("horloge"),
        "gardes_remises": remises,
        "coffre_refait": refait,
    }


def _concilier(existant: dict[str, str], voulu: dict[str, str]) -> None:
    """Refuse to change the nature of a store, or to touch what a newer program made."""
    if existant["nature"] != voulu["nature"]:
        nature = "une répétition" if existant["nature"] == "repetition" else "une base réelle"
        raise StoreExistant(
            f"Cette base existe déjà et c’est {nature} : une base devient répétition à sa création, ou jamais.",
            nature=existant["nature"],
        )
    if int(existant["schema"]) > SCHEMA:
        raise StoreAMigrer(
            f"La base a été préparée par une version plus récente (schéma {existant['schema']}, ici {SCHEMA}).",
            schema=int(existant["schema"]),
        )


class Prepare(NamedTuple):
    """What preparing the tables found: a new store or not, its parameters, the guards put back, its coffre begun anew."""

    cree: bool
    parametres: dict[str, str]
    remises: list[str]
    refait: bool = False

    @property
    def chaine(self) -> bool:
        """Tell whether every fact has its digest."""
        return self.schema >= _CHAINE

    @property
    def schema(self) -> int:
        """Return the version its tables had, that of today for a new store."""
        return int(self.parametres["schema"])


def _migrer_sqlite(adresse: AdresseSqlite, voulu: dict[str, str], fichiers: Path | None, *, refaire: bool) -> Prepare:
    if not adresse.chemin.absolute().parent.is_dir():
        raise BaseIllisible(f"Le dossier {adresse.chemin.absolute().parent} n’existe pas.", base=str(adresse.chemin))
    try:
        restes = vestiges(adresse, fichiers)
        # its own file, empty and alone, is of a preparation cut short
        if restes not in ([], [adresse.chemin.name]) and manque(adresse):  # in that order: another may be making all
            raise StorePerdu(str(adresse.chemin), restes)
        if not manque(adresse):
            exiger_entiere(adresse)
        with closing(_connecter_en_wal(adresse.chemin)) as connexion:
            prepare = _preparer_sqlite(connexion, voulu)
            if not prepare.chaine:
                _chainer_sqlite(connexion)
            vide = connexion.execute("SELECT 1 FROM stored_events LIMIT 1").fetchone() is None
        passer("migrer.apres_store")
        if not vide and not refaire and not adresse.coffre.exists():
            raise CoffrePerdu(str(adresse.chemin))
        with closing(_connecter_en_wal(adresse.coffre)) as connexion:
            connexion.execute("BEGIN EXCLUSIVE")
            _executer(connexion, COFFRE_SQLITE)
            if "touche_le" not in _colonnes(connexion, "textes"):
                _executer(connexion, TOUCHE_LE_SQLITE)

            def lire(ordre: str, *params: str) -> list[tuple[Any, ...]]:
                return connexion.execute(ordre.replace("%s", "?"), params).fetchall()

            ou = str(adresse.chemin)
            refait = lier(lire, "", prepare.parametres["store_id"], ou, vide=vide, refaire=refaire)
            connexion.execute("COMMIT")
    except sqlite3.DatabaseError as erreur:
        if not est_de_l_adresse(erreur):
            raise traduire(erreur, adresse.chemin) from erreur
        raise BaseIllisible(
            f"Le fichier {adresse.chemin} ne peut pas servir de base : {raison_de_la_base(erreur)}.",
            base=str(adresse.chemin),
        ) from erreur
    return prepare._replace(refait=refait)


def _preparer_sqlite(c: sqlite3.Connection, voulu: dict[str, str]) -> Prepare:
    """Make the tables and their guards, in one transaction."""
    c.execute("BEGIN EXCLUSIVE")
    existe = c.execute("SELECT count(*) FROM sqlite_schema WHERE name='parametres'").fetchone()[0] > 0
    parametres = dict(c.execute("SELECT cle, valeur FROM parametres")) if existe else {}
    if parametres:
        _concilier(parametres, voulu)
    prepare = Prepare(not parametres, {**voulu, **parametres}, [])
    if not prepare.cree and prepare.schema >= _GARDES:
        prepare.remises.extend(manquantes_sqlite(lambda requete: c.execute(requete).fetchall()))
    sans_origine = bool(parametres) and "origine" not in _colonnes(c, "journal")
    if sans_origine:
        _executer(c, "ALTER TABLE journal RENAME TO journal_d_avant;\nDROP INDEX journal_pilote;")
    if prepare.schema < _INDEX:
        _executer(c, "DROP INDEX IF EXISTS stored_events_topic;")
    _executer(c, STORE_SQLITE)
    if sans_origine:
        _executer(c, ORIGINE_SQLITE)
    if "empreinte" not in _colonnes(c, "stored_events"):
        c.execute("ALTER TABLE stored_events ADD COLUMN empreinte BLOB")
    if prepare.chaine:
        prepare.parametres["schema"] = str(SCHEMA)
    _executer(c, GARDES_SQLITE + (GARDE_DE_LA_CHAINE if prepare.chaine else ""))
    c.executemany("INSERT OR REPLACE INTO parametres VALUES (?,?)", list(prepare.parametres.items()))
    c.execute("COMMIT")
    return prepare


def _chainer_sqlite(c: sqlite3.Connection) -> None:
    """Give their digest to the facts that have none; the store is of this schema once all have."""
    apres: int | None = 0
    while apres is not None:
        c.execute("BEGIN EXCLUSIVE")
        c.execute("DROP TRIGGER IF EXISTS stored_events_update")
        apres = chainer_un_lot_sqlite(c, apres)
        _executer(c, GARDES_SQLITE)
        if apres is None:
            _executer(c, GARDE_DE_LA_CHAINE)
            c.execute("UPDATE parametres SET valeur=? WHERE cle='schema'", (str(SCHEMA),))
        c.execute("COMMIT")
        passer("migrer.apres_lot")


def _colonnes(c: sqlite3.Connection, table: str) -> set[str]:
    return {colonne[1] for colonne in c.execute(f"PRAGMA table_info({table})")}


def _executer(c: sqlite3.Connection, ddl: str) -> None:
    for ordre in _ordres(ddl):
        c.execute(ordre)
        passer("migrer.apres_ordre")


def _ordres(ddl: str) -> list[str]:
    """Split a script where SQLite itself sees the end of a statement (executescript would commit our transaction)."""
    ordres, courant = [], ""
    for ligne in ddl.splitlines(keepends=True):
        courant += ligne
        if sqlite3.complete_statement(courant):
            ordres.append(courant)
            courant = ""
    return ordres


def _connecter_en_wal(chemin: Path) -> sqlite3.Connection:
    """Several processes at once on a new file: this pragma does not wait for a lock, so we do."""
    connexion = connecter(chemin)
    fin = time.monotonic() + _ATTENTE_S
    while True:
        try:
            connexion.execute("PRAGMA journal_mode=WAL")
        except sqlite3.DatabaseError as erreur:
            if not isinstance(erreur, sqlite3.OperationalError) or time.monotonic() > fin:
                connexion.close()
                raise
            time.sleep(0.02)
        else:
            return connexion


def _migrer_postgres(base: str, voulu: dict[str, str], fichiers: Path | None, *, refaire: bool) -> Prepare:
    import psycopg

    from adapters.store.repartiteur import exiger_une_session
    from adapters.store.reserve_postgres import traduire as traduire_de_postgres

    try:
        with psycopg.connect(base, connect_timeout=5) as connexion:
            exiger_une_session(base, connexion)
            _un_seul(connexion)
            prepare = _preparer_postgres(connexion, voulu, refaire=refaire)
            if prepare.cree and fichiers is not None and (pieces := des_pieces(fichiers)):
                raise StorePerdu(sans_mot_de_passe(base), pieces)
        if not prepare.chaine:
            _chainer_postgres(base)
    except psycopg.Error as erreur:
        if not est_de_l_adresse(erreur):
            raise traduire_de_postgres(erreur) from erreur
        montree = sans_mot_de_passe(base)
        raise BaseIllisible(
            f"La base {montree} ne répond pas comme il faut : {raison_de_la_base(erreur)}.", base=montree
        ) from erreur
    return prepare


def _un_seul(c: "psycopg.Connection[Any]") -> None:
    """Wait until nobody else prepares this store, to the end of the transaction."""
    _execute(c, "SET lock_timeout = '15s'")
    _execute(c, "SELECT pg_advisory_xact_lock(hashtextextended('diligence.migrer', 0))")


def _preparer_postgres(c: "psycopg.Connection[Any]", voulu: dict[str, str], *, refaire: bool) -> Prepare:
    """Make the tables and their guards, in the transaction under way."""
    existe = _execute(c, "SELECT to_regclass('public.parametres') IS NOT NULL").fetchone() == (True,)
    parametres = dict(_execute(c, "SELECT cle, valeur FROM public.parametres").fetchall()) if existe else {}
    if parametres:
        _concilier(parametres, voulu)
    prepare = Prepare(not parametres, {**voulu, **parametres}, [])
    if not prepare.cree and prepare.schema >= _GARDES:
        prepare.remises.extend(manquantes_postgres(lambda requete: _execute(c, requete).fetchall()))
    if prepare.schema < _INDEX:
        _execute(c, "DROP INDEX IF EXISTS public.stored_events_topic")
    _execute(c, STORE_POSTGRES)
    if prepare.chaine:
        prepare.parametres["schema"] = str(SCHEMA)
        _execute(c, "ALTER TABLE public.stored_events ALTER COLUMN empreinte SET NOT NULL")
    passer("migrer.apres_store")
    _execute(c, COFFRE_POSTGRES)

    def lire(ordre: str, *params: str) -> list[tuple[Any, ...]]:
        return _execute(c, ordre, params).fetchall()

    vide = not lire("SELECT 1 FROM public.stored_events LIMIT 1")
    refait = lier(lire, "coffre.", prepare.parametres["store_id"], "PostgreSQL", vide=vide, refaire=refaire)
    for paire in prepare.parametres.items():
        _execute(
            c,
            "INSERT INTO public.parametres VALUES (%s, %s) ON CONFLICT (cle) DO UPDATE SET valeur = excluded.valeur",
            paire,
        )
    return prepare._replace(refait=refait)


def _chainer_postgres(base: str) -> None:
    """Give their digest to the facts that have none; the store is of this schema once all have."""
    import psycopg

    apres: int | None = 0
    while apres is not None:
        with psycopg.connect(base, connect_timeout=5) as c:
            _un_seul(c)
            _execute(c, f"SELECT pg_advisory_xact_lock({VERROU_AJOUT})")
            apres = chainer_un_lot_postgres(c, apres)
            if apres is None:
                _execute(c, "ALTER TABLE public.stored_events ALTER COLUMN empreinte SET NOT NULL")
                _execute(c, "UPDATE public.parametres SET valeur=%s WHERE cle='schema'", (str(SCHEMA),))
        passer("migrer.apres_lot")


def _execute(
    connexion: "psycopg.Connection[Any]", requete: str, params: "Params | None" = None
) -> "psycopg.Cursor[Any]":
    return connexion.execute(requete.encode(), params)
