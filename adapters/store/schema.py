"""The only DDL of the store and of its coffre, run by `diligence migrer`, as often and by as many as one likes."""

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
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
from adapters.store.connexions import connecter, est_du_disque, traduire
from adapters.store.schema_postgres import COFFRE_POSTGRES, STORE_POSTGRES
from kernel.instants import Instant, triable
from kernel.pannes import passer
from kernel.systeme import raison_de_la_base

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import Params

SCHEMA = 1
"""Version of the tables; a change adds a step, never edits one."""
_ATTENTE_S = 15.0

STORE_SQLITE = """
CREATE TABLE IF NOT EXISTS stored_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL, state BLOB NOT NULL, enregistre_le TEXT NOT NULL, UNIQUE (originator_id, originator_version));
CREATE INDEX IF NOT EXISTS stored_events_topic ON stored_events (topic);
CREATE TABLE IF NOT EXISTS journal (
    commande_id TEXT PRIMARY KEY NOT NULL, empreinte TEXT NOT NULL, geste TEXT NOT NULL, acteur TEXT NOT NULL,
    agregat TEXT NOT NULL, agregat_id TEXT NOT NULL, ref TEXT NOT NULL, version INTEGER NOT NULL, topics TEXT NOT NULL,
    position INTEGER NOT NULL, pilote TEXT, enregistre_le TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS journal_pilote ON journal (pilote) WHERE pilote IS NOT NULL;
CREATE TABLE IF NOT EXISTS refus (
    rang INTEGER PRIMARY KEY AUTOINCREMENT, commande_id TEXT NOT NULL, geste TEXT NOT NULL, acteur TEXT,
    agregat TEXT NOT NULL, agregat_id TEXT, code TEXT NOT NULL, enregistre_le TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS curseurs (nom TEXT PRIMARY KEY NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS baux (
    nom TEXT PRIMARY KEY NOT NULL, porteur TEXT NOT NULL, expire_le TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parametres (cle TEXT PRIMARY KEY NOT NULL, valeur TEXT NOT NULL) WITHOUT ROWID;
"""

COFFRE_SQLITE = """
CREATE TABLE IF NOT EXISTS cles (sujet TEXT PRIMARY KEY NOT NULL, cle BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS textes (
    texte_id TEXT PRIMARY KEY NOT NULL, sujet TEXT NOT NULL, chiffre BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS textes_sujet ON textes (sujet);
CREATE TABLE IF NOT EXISTS temoin (un INTEGER PRIMARY KEY CHECK (un = 1), cle_maitresse TEXT NOT NULL);
"""

_NON = "the facts and the journal of commands are append-only"


def _ajout_seul(table: str, cle: str) -> str:
    """Return the triggers of one table; the third stops INSERT OR REPLACE, which deletes without a DELETE trigger."""
    return f"""
CREATE TRIGGER IF NOT EXISTS {table}_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{_NON}'); END;
CREATE TRIGGER IF NOT EXISTS {table}_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{_NON}'); END;
CREATE TRIGGER IF NOT EXISTS {table}_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {cle})
    BEGIN SELECT RAISE(ABORT, 'exists already: {_NON}'); END;
"""  # noqa: S608 - constants only


_TRIGGERS_SQLITE = _ajout_seul(
    "stored_events",
    "position = NEW.position OR (originator_id = NEW.originator_id AND originator_version = NEW.originator_version)",
) + _ajout_seul("journal", "commande_id = NEW.commande_id OR rowid = NEW.rowid")


def migrer(base: str, *, repetition: bool = False, debut: Instant | None = None) -> dict[str, Any]:
    """Create or update the tables of a store and of its coffre; return what the store is.

    Args:
        base: the address of the store.
        repetition: make it a rehearsal, with its own clock; only when it does not exist yet.
        debut: where the clock of a new rehearsal starts, by default now.

    Raises:
        BaseIllisible: the address cannot be opened.
        StoreExistant: the store exists and its nature is the other one.
        StoreAMigrer: a newer version prepared it.
    """
    adresse = lire_adresse(base)
    voulu = {"nature": "repetition" if repetition else "reel", "schema": str(SCHEMA), "store_id": str(uuid4())}
    if repetition:
        voulu["horloge"] = triable(debut or HorlogeReelle().maintenant())
    if isinstance(adresse, AdresseSqlite):
        cree, parametres = _migrer_sqlite(adresse, voulu)
    else:
        cree, parametres = _migrer_postgres(base, voulu)
    return {
        "base": sans_mot_de_passe(base),
        "cree": cree,
        "nature": parametres["nature"],
        "schema": int(parametres["schema"]),
        "store_id": parametres["store_id"],
        "horloge": parametres.get("horloge"),
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


def _migrer_sqlite(adresse: AdresseSqlite, voulu: dict[str, str]) -> tuple[bool, dict[str, str]]:
    if not adresse.chemin.absolute().parent.is_dir():
        raise BaseIllisible(f"Le dossier {adresse.chemin.absolute().parent} n’existe pas.", base=str(adresse.chemin))
    try:
        cree, parametres = _en_exclusif(adresse.chemin, STORE_SQLITE + _TRIGGERS_SQLITE, voulu)
        passer("migrer.apres_store")
        _en_exclusif(adresse.coffre, COFFRE_SQLITE, None)
    except sqlite3.DatabaseError as erreur:
        if est_du_disque(erreur):
            raise traduire(erreur) from erreur
        raise BaseIllisible(
            f"Le fichier {adresse.chemin} ne peut pas servir de base : {raison_de_la_base(erreur)}.",
            base=str(adresse.chemin),
        ) from erreur
    return cree, parametres


def _en_exclusif(chemin: Path, ddl: str, voulu: dict[str, str] | None) -> tuple[bool, dict[str, str]]:
    connexion = connecter(chemin)
    try:
        _passer_en_wal(connexion)
        connexion.execute("BEGIN EXCLUSIVE")
        existe = connexion.execute("SELECT count(*) FROM sqlite_schema WHERE name='parametres'").fetchone()[0] > 0
        parametres = dict(connexion.execute("SELECT cle, valeur FROM parametres")) if existe else {}
        if parametres and voulu:
            _concilier(parametres, voulu)
        for ordre in _ordres(ddl):
            connexion.execute(ordre)
            passer("migrer.apres_ordre")
        if voulu:
            retenus = {**voulu, **parametres, "schema": voulu["schema"]}
            connexion.executemany("INSERT OR REPLACE INTO parametres VALUES (?,?)", list(retenus.items()))
            connexion.execute("COMMIT")
            return not parametres, retenus
        connexion.execute("COMMIT")
        return False, {}
    finally:
        connexion.close()


def _ordres(ddl: str) -> list[str]:
    """Split a script where SQLite itself sees the end of a statement (executescript would commit our transaction)."""
    ordres, courant = [], ""
    for ligne in ddl.splitlines(keepends=True):
        courant += ligne
        if sqlite3.complete_statement(courant):
            ordres.append(courant)
            courant = ""
    return ordres


def _passer_en_wal(connexion: sqlite3.Connection) -> None:
    """Several processes at once on a new file: this pragma does not wait for a lock, so we do."""
    fin = time.monotonic() + _ATTENTE_S
    while True:
        try:
            connexion.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > fin:
                raise
            time.sleep(0.02)
        else:
            return


def _migrer_postgres(base: str, voulu: dict[str, str]) -> tuple[bool, dict[str, str]]:
    import psycopg

    try:
        with psycopg.connect(base, connect_timeout=5) as connexion:
            _execute(connexion, "SET lock_timeout = '15s'")
            _execute(connexion, "SELECT pg_advisory_xact_lock(hashtextextended('diligence.migrer', 0))")
            existe = _execute(connexion, "SELECT to_regclass('public.parametres') IS NOT NULL").fetchone() == (True,)
            parametres = (
                dict(_execute(connexion, "SELECT cle, valeur FROM public.parametres").fetchall()) if existe else {}
            )
            if parametres:
                _concilier(parametres, voulu)
            _execute(connexion, STORE_POSTGRES)
            passer("migrer.apres_store")
            _execute(connexion, COFFRE_POSTGRES)
            retenus = {**voulu, **parametres, "schema": voulu["schema"]}
            for paire in retenus.items():
                _execute(
                    connexion,
                    "INSERT INTO public.parametres VALUES (%s, %s)"
                    " ON CONFLICT (cle) DO UPDATE SET valeur = excluded.valeur",
                    paire,
                )
            return not parametres, retenus
    except psycopg.Error as erreur:
        montree = sans_mot_de_passe(base)
        raise BaseIllisible(
            f"La base {montree} ne répond pas comme il faut : {raison_de_la_base(erreur)}.", base=montree
        ) from erreur


def _execute(
    connexion: "psycopg.Connection[Any]", requete: str, params: "Params | None" = None
) -> "psycopg.Cursor[Any]":
    return connexion.execute(requete.encode(), params)
