"""Drills: PostgreSQL stops, freezes, drops the listener, or comes back as an older copy of itself."""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from psycopg.conninfo import conninfo_to_dict

from adapters.temporal_local import ServeurLocal
from application.commandes import Recu
from bench.postgres import adresse_de_base, arreter, demarrer, seul
from tests.conftest import Dire
from tests.epreuves import compte
from tests.moteur import faire, un_depot
from tests.pannes.couveuse import Couveuse
from tests.pannes.exercice import Exercice, ouvrir
from tests.temporal_fixtures import espace_suivant
from workers.rapport import Genre
from workers.relais import BAIL_S

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]
FILS, PAR_FIL = 4, compte(4, 40)
ARRET_S = 10
GEL_S = 5.0


@pytest.fixture(scope="module")
def serveur() -> Iterator[Any]:
    """A server of our own, to stop at will."""
    dossier = Path(tempfile.mkdtemp(prefix="diligence-pg-"))
    serveur = demarrer(dossier)
    try:
        yield serveur
    finally:
        arreter(serveur, dossier)


@pytest.fixture(scope="module")
def ex(
    couveuse: Couveuse, serveur: Any, temporal_server: ServeurLocal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Exercice]:
    """A store on that server, its engine in processes that live through every drill, one after the other."""
    nom = "pannes"
    with _administrer(serveur) as postgres:
        postgres.execute(f"CREATE DATABASE {nom}")
    base = adresse_de_base(serveur.get_uri(), nom)
    dossier = tmp_path_factory.mktemp("pg")
    with ouvrir(couveuse, "postgresql", dossier, temporal_server.adresse, espace_suivant(), postgres=base) as exercice:
        for processus in ("worker", "relais", "projecteur"):
            exercice.lancer(processus)
        exercice.deposer(1)
        exercice.jusqu_a(exercice.faits_par_l_engin, 30, "the engine at work")
        yield exercice


@contextmanager
def _administrer(serveur: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(serveur.get_uri(), autocommit=True) as connexion:
        yield connexion


class Charge:
    """People who file requests until some time after the failure, and send again what was not confirmed."""

    def __init__(self, ex: Exercice) -> None:
        self._ex = ex
        self._panne_finie = threading.Event()
        self.recus: list[Recu] = []
        self.echecs = 0
        self.plus_longue_s = 0.0
        self._fils = [threading.Thread(target=self._deposer) for _ in range(FILS)]

    def commencer(self) -> None:
        for fil in self._fils:
            fil.start()

    def finir(self) -> None:
        self._panne_finie.set()
        for fil in self._fils:
            fil.join(90)
        assert not any(fil.is_alive() for fil in self._fils), "somebody is still waiting"
        assert len(self.recus) >= FILS * PAR_FIL, "somebody gave up"
        self._ex.depots += self.recus

    def _deposer(self) -> None:
        """File all along the failure, then `PAR_FIL` more: a fast machine must not be done before it begins."""
        reste = PAR_FIL
        while reste:
            reste -= self._panne_finie.is_set()
            commande, options = uuid4(), un_depot()
            while True:
                debut = time.monotonic()
                try:
                    recu = faire(self._ex.services, "dossier deposer", "ines", commande_id=commande, **options)
                except PersistenceError:
                    self.echecs += 1
                    self.plus_longue_s = max(self.plus_longue_s, time.monotonic() - debut)
                    time.sleep(0.2)
                else:
                    self.recus.append(recu)
                    break
            time.sleep(0.05)


def _sous_charge(ex: Exercice, panne: Callable[[], None], borne_s: float) -> tuple[Charge, float]:
    """Have people work before, during and after a failure; return how long the engine took to catch up."""
    charge = Charge(ex)
    charge.commencer()
    ex.jusqu_a(lambda: len(charge.recus) >= FILS, 30, "people at work")
    panne()
    fin = time.monotonic()
    charge.finir()
    ex.jusqu_a(ex.faits_par_l_engin, borne_s, "everything caught up")
    duree = time.monotonic() - fin
    assert all(processus.vit for processus in ex.processus[:3]), "a process died with its database"
    ex.tout_est_juste()
    return charge, duree


def test_postgresql_arrete_sous_charge(ex: Exercice, serveur: Any, dire: Dire) -> None:
    """Commands fail soon and clearly; sent again with the same id they have one effect; nobody has to be restarted."""
    borne = 45.0

    def arreter() -> None:
        with seul():  # meanwhile nobody runs under the account of the server: no other session may remove it
            serveur.stop()
            time.sleep(ARRET_S)
            serveur.ensure_postgres_running()

    charge, duree = _sous_charge(ex, arreter, borne)
    assert charge.echecs, "nobody noticed: no load?"
    dire(
        f"stopped {ARRET_S} s under {FILS} writers: {charge.echecs} commands sent again (at most"
        f" {charge.plus_longue_s:.1f} s to fail), all done {duree:.1f} s after the restart (bound {borne:.0f} s)"
    )


def test_postgresql_gele_sous_charge(ex: Exercice, serveur: Any, dire: Dire) -> None:
    """Every process of the server is stopped, its sockets still open; then it goes on as if nothing had happened."""
    borne = 45.0

    def geler() -> None:
        chef = int(serveur.get_pid())
        enfants = Path(f"/proc/{chef}/task/{chef}/children").read_text(encoding="ascii").split()
        geles = [chef, *map(int, enfants)]
        for pid in geles:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(GEL_S)
        for pid in reversed(geles):
            os.kill(pid, signal.SIGCONT)

    charge, duree = _sous_charge(ex, geler, borne)
    dire(
        f"frozen {GEL_S:.0f} s under {FILS} writers: {charge.echecs} commands sent again,"
        f" all done {duree:.1f} s after (bound {borne:.0f} s)"
    )


def test_l_ecoute_du_relais_coupee(ex: Exercice, serveur: Any, dire: Dire) -> None:
    """PostgreSQL drops the connections that LISTEN, several times: facts are heard again, those of between are read."""
    borne, durees = 10.0, []
    for _ in range(3):
        with _administrer(serveur) as postgres:
            coupes = postgres.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query LIKE"
                " 'SELECT coalesce(max(position), 0)%'"
            ).fetchall()
            assert coupes, "nobody listened"
        recus = ex.deposer(2)
        durees.append(ex.jusqu_a(lambda recus=recus: ex.faits_par_l_engin(recus), borne, "heard again"))  # type: ignore[misc]
    assert all(processus.vit for processus in ex.processus[:3])
    ex.tout_est_juste()
    dire(f"listener cut 3 times: heard again in {max(durees):.1f} s at most (bound {borne:.0f} s)")


def test_bascule_sur_une_copie_plus_ancienne(ex: Exercice, serveur: Any, dire: Dire) -> None:
    """What was lost is said, even once the store has grown again; `reconstruire` puts everything right."""
    borne = 45.0
    _copier(ex, serveur)
    anciens = list(ex.depots)
    perdus = ex.deposer(3)
    ex.faire("dossier declarer-complet", dossier=anciens[0].ref)
    ex.jusqu_a(ex.faits_par_l_engin, 30, "done, then lost")
    ex.jusqu_a(lambda: ex.reconcilier().sain, 20)
    _basculer(ex, serveur)
    ex.depots = list(anciens)
    debut = time.monotonic()
    assert _en_arriere(ex), "an older copy was silently gone on with"
    dit = time.monotonic() - debut
    ex.depots += [_tot_ou_tard(ex) for _ in range(6)]  # grows past the lost positions
    assert _en_arriere(ex), "forgotten once the store has grown again"
    refait = ex.lancer("reconstruire", "--terminer-inconnus", "--json")
    assert refait.finir() == 0, refait.dit()
    ex.depots += [_tot_ou_tard(ex)]
    ex.jusqu_a(ex.faits_par_l_engin, borne, "the engine serves the older copy")
    ex.tout_est_juste(borne)
    assert not any(ex.topics(recu.id) for recu in perdus), "what was lost did not come back by itself"
    dire(
        f"{len(perdus)} dossiers lost: said in {dit:.1f} s, right {time.monotonic() - debut:.1f} s after the failover"
        f" (bound {borne:.0f} s after `reconstruire`)"
    )


def test_bascule_que_seul_le_relais_a_vue(ex: Exercice, serveur: Any, dire: Dire) -> None:
    """What was lost concerns nobody's follow-up, the read models went back too, and the store grew again at once."""
    borne = BAIL_S
    _copier(ex, serveur)
    ex.faire("agent enregistrer", "admin", identifiant="oublie", roles="finance")
    ex.jusqu_a(ex.relais_en_tete, 10, "read by the relay")
    _basculer(ex, serveur)
    ex.depots += [_tot_ou_tard(ex) for _ in range(2)]  # more facts than were lost
    duree = ex.jusqu_a_ce_qu_etat_le_dise(lambda: _en_arriere(ex), borne)
    assert {d.get("relais") for d in ex.etat()[1]["derive"]} == {"vif", "lot"}
    assert ex.lancer("reconstruire").finir() == 0
    ex.jusqu_a(ex.faits_par_l_engin, 20)
    ex.tout_est_juste()
    dire(f"one fact lost, two dossiers filed since: said in {duree:.1f} s (bound {borne:.0f} s)")


def _copier(ex: Exercice, serveur: Any) -> None:
    """Keep a copy of the database as it is."""
    nom = str(conninfo_to_dict(ex.base)["dbname"])
    _a_l_ecart(serveur, nom, f"CREATE DATABASE {nom}_copie TEMPLATE {nom}")


def _basculer(ex: Exercice, serveur: Any) -> None:
    """Put the copy in the place of the database, under the feet of every process."""
    nom = str(conninfo_to_dict(ex.base)["dbname"])
    perdue = f"perdue_{uuid4().hex}"
    _a_l_ecart(serveur, nom, f"ALTER DATABASE {nom} RENAME TO {perdue}", f"ALTER DATABASE {nom}_copie RENAME TO {nom}")


def _tot_ou_tard(ex: Exercice) -> Recu:
    commande, options = uuid4(), un_depot()
    for _ in range(20):
        try:
            return faire(ex.services, "dossier deposer", "ines", commande_id=commande, **options)
        except PersistenceError:
            time.sleep(0.2)
    raise AssertionError("never filed")


def _en_arriere(ex: Exercice) -> bool:
    code, document = ex.etat()
    return code == 4 and Genre.STORE_EN_ARRIERE in {derive["genre"] for derive in document["derive"]}


def _a_l_ecart(serveur: Any, nom: str, *ordres: str) -> None:
    """Do something to a database nobody is connected to."""
    with _administrer(serveur) as postgres:
        postgres.execute(f"ALTER DATABASE {nom} WITH ALLOW_CONNECTIONS false")
        for _ in range(50):
            postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (nom,))
            reste = postgres.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (nom,)).fetchone()
            if reste == (0,):
                break
            time.sleep(0.05)
        for ordre in ordres:
            postgres.execute(ordre.encode())
        for (base,) in postgres.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{nom}%",)
        ).fetchall():
            postgres.execute(f"ALTER DATABASE {base} WITH ALLOW_CONNECTIONS true")
