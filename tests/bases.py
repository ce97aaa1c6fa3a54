"""Empty PostgreSQL databases, lent in turn: to make one is a fifth of a second of work, to empty one a tenth of that."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.postgres import adresse_de_base

VIDER = """
DO $$ DECLARE schema name; BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    LOOP EXECUTE format('DROP SCHEMA %I CASCADE', schema); END LOOP;
END $$;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS 'standard public schema'
"""
"""Bring a database back to what `CREATE DATABASE` makes."""
_numeros = itertools.count(1)


class Bases:
    """Those of one server; each has a name that nobody had before, and nobody is left on it."""

    def __init__(self, serveur: str) -> None:
        self._serveur = serveur
        self._libres: list[str] = []

    @contextmanager
    def pretee(self) -> Iterator[str]:
        """Lend the address of one."""
        nom = _nouveau("essai")
        with psycopg.connect(self._serveur, autocommit=True) as connexion:
            if self._libres:
                connexion.execute(f"ALTER DATABASE {self._libres.pop()} RENAME TO {nom}".encode())
            else:
                connexion.execute(f"CREATE DATABASE {nom}".encode())
            # a test never loses power: what it proves does not need the disk
            connexion.execute(f"ALTER DATABASE {nom} SET synchronous_commit = off".encode())
        try:
            yield adresse_de_base(self._serveur, nom)
        finally:
            self._reprendre(nom)

    def _reprendre(self, nom: str) -> None:
        """Empty it once nobody is on it nor knows its name; what cannot be is dropped, as a test may have done."""
        libre = _nouveau("libre")
        with psycopg.connect(self._serveur, autocommit=True) as connexion:
            try:
                connexion.execute(f"ALTER DATABASE {nom} RESET ALL".encode())
                connexion.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (nom,)
                )
                connexion.execute(f"ALTER DATABASE {nom} RENAME TO {libre}".encode())
                with psycopg.connect(adresse_de_base(self._serveur, libre)) as videe:
                    videe.execute(VIDER)
            except psycopg.Error:
                for reste in (nom, libre):
                    connexion.execute(f"DROP DATABASE IF EXISTS {reste} WITH (FORCE)".encode())
            else:
                self._libres.append(libre)

    def fermer(self) -> None:
        """Drop those that nobody asked for again."""
        with psycopg.connect(self._serveur, autocommit=True) as connexion:
            for libre in self._libres:
                connexion.execute(f"DROP DATABASE {libre} WITH (FORCE)".encode())


def _nouveau(prefixe: str) -> str:
    return f"{prefixe}_{os.getpid()}_{next(_numeros)}"
