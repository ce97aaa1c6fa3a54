"""A database that served a test is, for the next one, what a new one would be."""

import psycopg
import pytest

from adapters.store.schema import migrer
from bench.postgres import adresse_de_base
from tests.bases import Bases

pytestmark = pytest.mark.postgres
CE_QU_ELLE_PORTE = """
SELECT 'schema', nspname::text, nspowner::regrole::text, nspacl::text, obj_description(oid) FROM pg_namespace
UNION ALL SELECT 'table', relname, relowner::regrole::text, relacl::text, NULL FROM pg_class
    WHERE relnamespace::regnamespace::text !~ '^pg_toast'
UNION ALL SELECT 'fonction', proname, proowner::regrole::text, proacl::text, NULL FROM pg_proc
UNION ALL SELECT 'declencheur', tgname, NULL, NULL, NULL FROM pg_trigger
UNION ALL SELECT 'reglage', unnest(setconfig), NULL, NULL, NULL FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
OID = "SELECT oid FROM pg_database WHERE datname = current_database()"


def lire(adresse: str, requete: str) -> list[tuple[object, ...]]:
    with psycopg.connect(adresse) as connexion:
        return sorted(connexion.execute(requete.encode()).fetchall(), key=str)


def test_une_base_rendue_est_pretee_sous_un_autre_nom_comme_une_neuve(postgres_serveur: str) -> None:
    bases = Bases(postgres_serveur)
    try:
        with bases.pretee() as premiere:
            neuve, oid = lire(premiere, CE_QU_ELLE_PORTE), lire(premiere, OID)
            migrer(premiere)
            nom = psycopg.conninfo.conninfo_to_dict(premiere)["dbname"]
            restee = psycopg.connect(premiere, autocommit=True)
            restee.execute(f"ALTER DATABASE {nom} SET default_transaction_read_only = on".encode())
            assert lire(premiere, CE_QU_ELLE_PORTE) != neuve
        with pytest.raises(psycopg.OperationalError):
            restee.execute("SELECT 1")
        restee.close()
        with bases.pretee() as seconde:
            assert seconde != premiere
            assert (lire(seconde, CE_QU_ELLE_PORTE), lire(seconde, OID)) == (neuve, oid)
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(premiere)
    finally:
        bases.fermer()


def test_une_base_qu_un_essai_a_detruite_ou_fermee_n_est_plus_pretee(postgres_serveur: str) -> None:
    bases, toutes = Bases(postgres_serveur), "SELECT datname::text FROM pg_database"
    avant = lire(postgres_serveur, toutes)
    for abimer in ("DROP DATABASE {} WITH (FORCE)", "ALTER DATABASE {} ALLOW_CONNECTIONS false"):
        with bases.pretee() as adresse, psycopg.connect(postgres_serveur, autocommit=True) as connexion:
            nom = str(psycopg.conninfo.conninfo_to_dict(adresse)["dbname"])
            connexion.execute(abimer.format(nom).encode())
        with bases.pretee() as autre:
            assert adresse_de_base(postgres_serveur, nom) != autre
            assert lire(autre, "SELECT 1") == [(1,)]
    bases.fermer()
    assert lire(postgres_serveur, toutes) == avant
