"""PostgreSQL goes away: commands fail soon and clearly, and go on by themselves when it comes back."""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError

from adapters.store import reserve_postgres
from adapters.store.schema import migrer
from application.store import Store
from bench.postgres import arreter, demarrer
from tests.adapters.store.essai import Compteur, ajouter, ouvert

SERVEURS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

pytestmark = pytest.mark.postgres


@pytest.fixture
def serveur() -> Iterator[Any]:
    """A server of one's own, to stop at will."""
    dossier = Path(tempfile.mkdtemp(prefix="diligence-pg-"))
    serveur = demarrer(dossier)
    try:
        yield serveur
    finally:
        arreter(serveur, dossier)


def test_des_connexions_coupees_ne_se_voient_pas(postgres_url: str) -> None:
    migrer(postgres_url)
    compteur = uuid4()
    with ouvert(postgres_url) as store:
        for _ in range(3):
            ajouter(store, compteur, chaud=True)
            with psycopg.connect(postgres_url, autocommit=True) as administrateur:
                administrateur.execute(f"SELECT pg_terminate_backend(pid) FROM ({SERVEURS}) s")
        assert store.charger(Compteur, compteur).total == 3


def test_un_verrou_perdu_en_chemin_ne_perd_pas_le_recu(postgres_url: str) -> None:
    migrer(postgres_url)
    compteur = uuid4()
    with ouvert(postgres_url) as store, psycopg.connect(postgres_url, autocommit=True) as administrateur:
        with store.enregistreur.verrou(compteur):
            ajouter(store, compteur)
            administrateur.execute(f"SELECT pg_terminate_backend(pid) FROM ({SERVEURS}) s")
        ajouter(store, compteur, chaud=True)
        assert store.charger(Compteur, compteur).total == 2


def test_un_serveur_arrete_echoue_vite_puis_tout_reprend(serveur: Any) -> None:
    base = serveur.get_uri()
    migrer(base)
    compteur = uuid4()
    with ouvert(base) as store:
        ajouter(store, compteur)
        assert store.enregistreur.attendre(0, 5)
        serveur.stop()
        debut = time.monotonic()
        with pytest.raises(PersistenceError):
            ajouter(store, compteur)
        assert not store.enregistreur.attendre(1, 0.2)
        assert time.monotonic() - debut < 20
        serveur.ensure_postgres_running()
        ajouter(store, compteur)
        assert store.charger(Compteur, compteur).total == 2
        assert attend_un_fait_d_un_autre(base, store)


def attend_un_fait_d_un_autre(base: str, store: Store) -> bool:
    """The listener has found its way back: it hears what this process did not write."""
    position = store.enregistreur.derniere_position()
    with ouvert(base) as autre:
        fil = threading.Timer(0.3, lambda: ajouter(autre, uuid4()))
        fil.start()
        entendu = store.enregistreur.attendre(position, 10)
        fil.join()
    return entendu


def test_un_ajout_qui_attend_trop_echoue_une_seule_fois(postgres_url: str) -> None:
    """Another session holds the append lock: the command fails after 5 s, and is not tried four times."""
    migrer(postgres_url)
    with ouvert(postgres_url) as store, psycopg.connect(postgres_url) as geneur:
        geneur.execute("SELECT pg_advisory_xact_lock(hashtextextended('public.stored_events', 0))")
        debut = time.monotonic()
        with pytest.raises(PersistenceError, match="lock timeout"):
            ajouter(store, uuid4())
        assert 4 < time.monotonic() - debut < 10


def test_un_serveur_gele_ne_retient_pas_la_commande(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that serves us is stopped, its socket still open: nothing but our own patience ends the wait."""
    migrer(postgres_url)
    compteur, commande = uuid4(), uuid4()
    with ouvert(postgres_url) as store, psycopg.connect(postgres_url, autocommit=True) as administrateur:
        ajouter(store, compteur)
        monkeypatch.setattr(reserve_postgres, "REPONSE_S", 1.0)
        for libre in store.application.recorder.datastore.reserve._libres:  # type: ignore[attr-defined]
            libre.reponse_s = 1.0
        geles = [pid for (pid,) in administrateur.execute(SERVEURS)]
        for pid in geles:
            os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(PersistenceError, match="no answer"):
                ajouter(store, compteur, commande)
            ajouter(store, compteur, commande)  # by a fresh connection
        finally:
            for pid in geles:
                os.kill(pid, signal.SIGCONT)
        assert store.charger(Compteur, compteur).total == 2
