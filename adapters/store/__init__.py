"""The store: `ouvrir` gives the library's Application over our mapper and recorders; `schema.migrer` prepares it."""

import gc
import sqlite3
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.utils import Environment, EnvType

from adapters.store.adresse import (
    AdresseSqlite,
    BaseIllisible,
    StoreAMigrer,
    lire_adresse,
    non_preparee,
    sans_mot_de_passe,
)
from adapters.store.connexions import connecter, traduire
from adapters.store.flux import FluxGardes
from adapters.store.lectures_sql import LecturesSql
from adapters.store.mapper import MapperFaits
from adapters.store.perdue import StorePerdu, exiger_entiere, manque, vestiges
from adapters.store.schema import SCHEMA
from kernel.horloges import SAUT_MAXIMAL
from kernel.systeme import est_de_l_adresse, raison_de_la_base

OBJETS_VIVANTS = 10_000
"""Objects made before Python looks for cycles among them. A stream of two hundred facts is two thousand of them, in no
cycle; at Python's own 700 each reading has the memory of the process walked through: a quarter of a command."""


class ApplicationStore(Application[UUID]):
    """The library's application: its repository, its event store and its log, with our two ends."""

    name = "store"

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Take the given values only: bootstrap/reglages.py is the one reader of the environment."""
        return Environment(name, dict(env or {}))

    def construct_mapper(self) -> MapperFaits:
        return MapperFaits()

    def construct_event_store(self) -> FluxGardes:
        return FluxGardes(self.mapper, self.recorder)

    def save(self, *objs: Any, **kwargs: Any) -> list[Any]:
        """Store the new facts of aggregates and return their positions; `kwargs` go to the recorder.

        The library's own asks of each object which protocol it satisfies, at run time, and makes two objects of each
        fact to tell its position: a tenth of a whole command.
        """
        stocker = self.mapper.to_stored_event
        faits = [stocker(inscription) for agregat in objs for inscription in agregat.collect_events()]
        return list(self.recorder.insert_events(faits, **kwargs) or ())


def ouvrir(base: str, saut_maximal: timedelta = SAUT_MAXIMAL) -> Application[UUID]:
    """Open a prepared store.

    Args:
        base: its address.
        saut_maximal: how far after its last recording a clock is believed.

    Raises:
        BaseIllisible: the address says nothing we can open.
        SessionPartagee: it is that of a pooler in transaction mode.
        PersistenceError: the server or the disk is away: an outage, and no refusal.
        StoreAbsent: the base was never prepared.
        StorePerdu: it is not there, or not whole, and what goes with it is.
        StoreAMigrer: its tables are those of another version.
    """
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        _verifier(_schema_sqlite(adresse, base), base)
        env = {"PERSISTENCE_MODULE": "adapters.store.sqlite:FabriqueSqlite", "SQLITE_DBNAME": str(adresse.chemin)}
    else:
        _verifier(_schema_postgres(base), base)
        env = {"PERSISTENCE_MODULE": "adapters.store.postgres:FabriquePostgres", "BASE": base}
    gc.set_threshold(OBJETS_VIVANTS)
    application = ApplicationStore({**env, "CREATE_TABLE": "n", "IS_SNAPSHOTTING_ENABLED": "n"})
    cast(LecturesSql, application.recorder).saut_maximal = saut_maximal
    return application


def _verifier(schema: int | None, base: str) -> None:
    if schema is None:
        adresse = lire_adresse(base)
        # alone, it is one whose preparation was cut short: `migrer` makes it whole
        if isinstance(adresse, AdresseSqlite) and (restes := vestiges(adresse)) not in ([], [adresse.chemin.name]):
            raise StorePerdu(str(adresse.chemin), restes)
        raise non_preparee(base)
    if schema != SCHEMA:
        conseil = "lancez diligence migrer" if schema < SCHEMA else "elle a été préparée par une version plus récente"
        raise StoreAMigrer(
            f"La base est au schéma {schema}, ce programme au schéma {SCHEMA} : {conseil}.", schema=schema
        )


def _schema_sqlite(adresse: AdresseSqlite, base: str) -> int | None:
    if manque(adresse):
        return None
    exiger_entiere(adresse)
    try:
        connexion = connecter(adresse.chemin)
        try:
            if not connexion.execute("SELECT 1 FROM sqlite_schema WHERE name='parametres'").fetchone():
                return None
            ligne = connexion.execute("SELECT valeur FROM parametres WHERE cle='schema'").fetchone()
        finally:
            connexion.close()
    except sqlite3.Error as erreur:
        if not est_de_l_adresse(erreur):
            raise traduire(erreur, adresse.chemin) from erreur
        raison = raison_de_la_base(erreur)
        raise BaseIllisible(f"Le fichier {adresse.chemin} ne s’ouvre pas : {raison}.", base=base) from erreur
    return int(ligne[0]) if ligne else None


def _schema_postgres(base: str) -> int | None:
    import psycopg

    from adapters.store.repartiteur import exiger_une_session
    from adapters.store.reserve_postgres import connecter, traduire

    try:
        with connecter(base) as connexion:
            exiger_une_session(base, connexion)
            existe = connexion.execute("SELECT to_regclass('public.parametres') IS NOT NULL").fetchone()
            if existe != (True,):
                return None
            ligne = connexion.execute("SELECT valeur FROM public.parametres WHERE cle='schema'").fetchone()
    except psycopg.Error as erreur:
        if not est_de_l_adresse(erreur):
            raise traduire(erreur) from erreur
        montree = sans_mot_de_passe(base)
        raise BaseIllisible(f"La base {montree} ne répond pas : {raison_de_la_base(erreur)}.", base=montree) from erreur
    return int(ligne[0]) if ligne else None
