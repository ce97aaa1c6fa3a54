"""Outages are said as outages, in French, with code 1; what was started meanwhile waits."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from psycopg.conninfo import conninfo_to_dict

from adapters.store import ouvrir
from adapters.store.connexions import JournalRetire, marque_du_journal, traduire
from adapters.store.repartiteur import SessionPartagee
from adapters.store.schema import migrer
from adapters.temporal_local import ServeurLocal
from bench.postgres import COMPTE, arreter, demarrer
from bootstrap.cablage import services as ouvrir_services
from bootstrap.reglages import Reglages
from cli.etat import en_phrases
from kernel.systeme import raison_de_la_base
from tests.adapters.store.essai import ajouter, ouvert
from tests.conftest import Dire
from tests.moteur import ouvrir_store
from tests.pannes.couveuse import Couveuse
from tests.pannes.exercice import Exercice
from tests.pannes.exercice import ouvrir as ouvrir_exercice
from tests.temporal_fixtures import espace_suivant
from workers import chiffres
from workers.attente import attendue

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


@pytest.fixture
def serveur() -> Iterator[Any]:
    """A server of one's own, to stop, freeze and fill at will."""
    dossier = Path(tempfile.mkdtemp(prefix="diligence-pg-"))
    lance = demarrer(dossier)
    try:
        yield lance
    finally:
        arreter(lance, dossier)


def la_panne(base: str) -> str:
    """Return in French why the store does not open: an outage."""
    debut = time.monotonic()
    with pytest.raises(PersistenceError) as panne:
        ouvrir(base)
    assert time.monotonic() - debut < 20
    return raison_de_la_base(panne.value)


@pytest.mark.postgres
def test_un_serveur_arrete_gele_ou_plein_de_monde_est_une_panne(serveur: Any) -> None:
    base = serveur.get_uri()
    migrer(base)
    with ExitStack() as pile:
        with suppress(psycopg.OperationalError):
            while True:
                pile.enter_context(psycopg.connect(base))
        assert la_panne(base) == "le serveur a trop de connexions"
    chef = int((Path(serveur.pgdata) / "postmaster.pid").read_text().splitlines()[0])
    os.kill(chef, signal.SIGSTOP)
    try:
        assert la_panne(base) == "le serveur n’a pas répondu à temps"
    finally:
        os.kill(chef, signal.SIGCONT)
    serveur.stop()
    assert la_panne(base) in {"aucun serveur n’écoute sur cette machine", "personne ne répond à cette adresse"}

    def revenir() -> None:
        serveur.ensure_postgres_running()

    essais: list[None] = []

    @contextmanager
    def ouvrir_enfin() -> Iterator[Any]:
        essais.append(None)
        if len(essais) == 2:
            revenir()
        with ouvert(base) as store:
            yield store

    with attendue(ouvrir_enfin) as store:
        ajouter(store, uuid4())
    assert len(essais) >= 2


@pytest.mark.postgres
@pytest.mark.temporal
def test_un_relais_et_un_worker_lances_pendant_la_panne_attendent(
    serveur: Any, couveuse: Couveuse, temporal_server: ServeurLocal, tmp_path: Path, dire: Dire
) -> None:
    base = serveur.get_uri()
    with ouvrir_exercice(
        couveuse, "postgresql", tmp_path, temporal_server.adresse, espace_suivant(), postgres=base
    ) as ex:
        serveur.stop()
        lances = [ex.lancer(nom) for nom in ("relais", "worker", "projecteur")]
        for lance in lances:
            ex.jusqu_a(lambda lance=lance: "base.attendue" in lance.dit(), 30, "it says that it waits")  # type: ignore[misc]
        assert all(lance.vit for lance in lances)
        serveur.ensure_postgres_running()
        ex.deposer(2)
        duree = ex.jusqu_a(ex.faits_par_l_engin, 30, "the engine at work once the server is back")
        assert all(lance.vit for lance in lances)
        ex.rien_de_perdu_ni_de_double()
    dire(f"at work {duree:.1f} s after the server came back")


@pytest.mark.postgres
def test_un_hote_inconnu_est_une_panne_un_compte_inconnu_un_refus(postgres_url: str) -> None:
    assert la_panne("postgresql://u@nulle-part.invalid/x") == "cette machine est inconnue"


@pytest.mark.postgres
def test_une_base_en_lecture_seule_est_une_panne(postgres_url: str) -> None:
    migrer(postgres_url)
    nom = conninfo_to_dict(postgres_url)["dbname"]
    with psycopg.connect(postgres_url, autocommit=True) as c:
        c.execute(f"ALTER DATABASE {nom} SET default_transaction_read_only = on".encode())
    with ouvert(postgres_url) as store, pytest.raises(PersistenceError) as panne:
        ajouter(store, uuid4())
    assert raison_de_la_base(panne.value) == "la base est en lecture seule"


# a full disk, for readings too


def test_un_disque_plein_que_sqlite_dit_muet_se_dit_plein(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plein = shutil._ntuple_diskusage(8, 8, 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: plein)
    erreur = sqlite3.OperationalError("disk I/O error")
    erreur.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert raison_de_la_base(traduire(erreur, tmp_path / "x.db")) == "le disque est plein"
    monkeypatch.undo()
    assert raison_de_la_base(traduire(erreur, tmp_path / "x.db")) == "le disque ne répond pas"


@contextmanager
def petit_disque(tmp_path: Path, dire: Dire) -> Iterator[Path | None]:
    """Mount 8 MB, where that is allowed."""
    (petit := tmp_path / "petit").mkdir()
    monter = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(petit)]
    if shutil.which("mount") is None or subprocess.run(monter, capture_output=True).returncode:
        dire("no small disk can be mounted here: only said by the tests of the messages")
        yield None
        return
    try:
        yield petit
    finally:
        subprocess.run(["umount", "-l", petit], check=True)


@contextmanager
def rempli(petit: Path) -> Iterator[Path]:
    (petit / "bourrage").write_bytes(b"x" * shutil.disk_usage(petit).free)
    yield petit


@contextmanager
def fige(petit: Path) -> Iterator[Path]:
    """Show it elsewhere, where nobody writes."""
    (ailleurs := petit.with_name("fige")).mkdir()
    subprocess.run(["mount", "--bind", str(petit), str(ailleurs)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(ailleurs)], check=True)
        yield ailleurs
    finally:
        subprocess.run(["umount", "-l", str(ailleurs)], check=True)


@pytest.mark.temporal
@pytest.mark.parametrize(("gater", "dite"), [(rempli, "le disque est plein"), (fige, "la base est en lecture seule")])
def test_un_disque_plein_ou_en_lecture_seule_se_dit_a_qui_lit_aussi(
    exercice: Exercice, tmp_path: Path, dire: Dire, gater: Callable[[Path], AbstractContextManager[Path]], dite: str
) -> None:
    with petit_disque(tmp_path, dire) as petit:
        if petit is None:
            return
        with ouvrir_store(petit):
            pass
        with gater(petit) as disque:
            cle = {"DILIGENCE_CLE_MAITRESSE": str(disque / "cle")}
            for ordre in (("dossier", "lister"), ("etat",), ("file",), ("campagne", "lister")):
                lu = exercice.lancer(*ordre, "--base", f"sqlite:///{disque}/essai.db", "--json", environnement=cle)
                assert lu.finir() == 1, lu.dit()
                assert dite in lu.dit(), (ordre, lu.dit())
                assert "ne répond pas" not in lu.dit()
                assert "ne s’ouvre pas" not in lu.dit()
                if ordre == ("etat",):
                    document = lu.document()
                    assert document["panne"] == dite
                    assert {muette["partie"] for muette in document["illisibles"]} == set(chiffres.PARTIES)


@pytest.mark.postgres
def test_etat_donne_un_document_quand_postgresql_s_arrete(serveur: Any, tmp_path: Path) -> None:
    """Before it opens the store, and in the middle: what was read before stands."""
    with ouvrir_store(tmp_path, postgres=serveur.get_uri()) as (services, base):
        reglages = Reglages(base=base, cle_maitresse=tmp_path / "cle", fichiers=tmp_path / "fichiers")
        relever = chiffres.relever_le_store

        def puis_arreter(services: Any) -> Any:
            releve = relever(services)
            serveur.stop()
            return releve

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chiffres, "relever_le_store", puis_arreter)
            document = chiffres.etat(reglages, services)
    assert document["panne"] is not None
    assert document["positions"]["store"] == 5
    assert [muette["partie"] for muette in document["illisibles"]] == ["teleservices", "integrite"]
    assert "Base : position 5." in en_phrases(document)


# the log of SQLite removed under a running program


def test_un_journal_retire_arrete_les_ecritures_et_reste_dit(tmp_path: Path) -> None:
    with ouvrir_store(tmp_path) as (services, base):
        fichier = tmp_path / "essai.db"
        reglages = Reglages(base=base, cle_maitresse=tmp_path / "cle", fichiers=tmp_path / "fichiers")
        vue = services.store.derniere_position()
        Path(f"{fichier}-wal").unlink()
        for ecrire in (lambda: ajouter(services.store, uuid4()), services.store.derniere_position):
            with pytest.raises(JournalRetire) as panne:
                ecrire()
        assert "a été retiré" in raison_de_la_base(panne.value)
        with pytest.raises(JournalRetire), ouvrir_services(reglages):  # as another process, which would write beside it
            pass
    with ouvrir_services(reglages) as services:  # everything was stopped: what was confirmed is there
        assert services.store.derniere_position() == vue
        document = chiffres.etat(reglages, services)
        assert {"genre": "journal_retire"} in document["derive"]
    marque_du_journal(fichier).unlink()
    with ouvrir_services(reglages) as services:
        assert chiffres.etat(reglages, services)["derive"] == []


def test_un_store_ferme_puis_rouvert_n_a_pas_perdu_son_journal(tmp_path: Path) -> None:
    """SQLite itself removes it with its last connection."""
    base = f"sqlite:///{tmp_path / 'x.db'}"
    migrer(base)
    with ouvert(base) as store:
        for _ in range(3):
            ajouter(store, uuid4())
            for libre in list(store.application.recorder.datastore.reserve._libres):  # type: ignore[attr-defined]
                store.application.recorder.datastore.reserve.fermer_celle(libre)  # type: ignore[attr-defined]
            store.application.recorder.datastore.reserve._libres.clear()  # type: ignore[attr-defined]
    with ouvert(base) as store, ouvert(base) as autre:
        ajouter(store, uuid4())
        ajouter(autre, uuid4())
    assert not marque_du_journal(tmp_path / "x.db").exists()


# a pooler


@contextmanager
def repartiteur(postgres: str, dossier: Path, mode: str) -> Iterator[str]:
    """Run PgBouncer before a server, and yield its address for the same database."""
    assert PGBOUNCER is not None
    parties, port = conninfo_to_dict(postgres), port_libre()
    nom = parties["dbname"]
    amont = " ".join(f"{cle}={parties[cle]}" for cle in ("host", "port", "user", "password") if parties.get(cle))
    reglage = dossier / f"{mode}.ini"
    reglage.write_text(
        f"[databases]\n{nom} = {amont} dbname={nom}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"unix_socket_dir =\nauth_type = any\npool_mode = {mode}\nignore_startup_parameters = options,extra_float_digits\n"
    )
    dossier.chmod(0o755)
    ordre = [PGBOUNCER, *(["-u", COMPTE] if os.geteuid() == 0 else []), str(reglage)]
    with subprocess.Popen(ordre, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as lance:
        try:
            adresse = f"postgresql://{parties.get('user', 'postgres')}@127.0.0.1:{port}/{nom}"
            _jusqu_a(lambda: _repond(adresse))
            yield adresse
        finally:
            lance.terminate()


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def _repond(adresse: str) -> bool:
    try:
        psycopg.connect(adresse, connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


def _jusqu_a(condition: Callable[[], bool]) -> None:
    fin = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < fin
        time.sleep(0.05)


if PGBOUNCER is not None:  # nothing is skipped where everything must be run, and it is no Python package

    @pytest.mark.postgres
    def test_un_repartiteur_en_mode_transaction_est_refuse_en_mode_session_il_sert(
        postgres_url: str, tmp_path: Path, dire: Dire
    ) -> None:
        with repartiteur(postgres_url, tmp_path, "transaction") as adresse:
            for ouverture in (migrer, ouvrir):
                with pytest.raises(SessionPartagee, match="mode transaction"):
                    ouverture(adresse)
        with repartiteur(postgres_url, tmp_path, "session") as adresse:
            migrer(adresse)
            with ouvert(adresse) as store:
                ajouter(store, uuid4(), chaud=True)
        dire("PgBouncer: refused in transaction mode, serves in session mode")
