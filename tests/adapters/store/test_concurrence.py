"""Many threads, several processes: nothing twice, nothing lost, nothing out of order."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import OperationalError

from adapters.store import connexions
from adapters.store.commun import VerrousDeProcessus
from application.store import FluxDispute, Store
from tests.adapters.store.conftest import RACINE, Lancer
from tests.adapters.store.essai import Compteur, ajouter, ouvert
from tests.conftest import Dire
from tests.epreuves import compte
from tests.moteur import ATTENTE_S


def livrer(store: Store, compteur: UUID, commande: UUID, *, chaud: bool = False) -> int:
    """Deliver one command until it is received; return how many deliveries ended in an error."""
    for erreurs in range(100):
        try:
            ajouter(store, compteur, commande, chaud=chaud)
        except FluxDispute:
            continue
        return erreurs
    raise AssertionError("never delivered")


def test_deux_cents_commandes_livrees_trois_fois_font_deux_cents_effets(store: Store) -> None:
    compteurs = [uuid4() for _ in range(10)]
    commandes = [(compteurs[rang % 10], uuid4()) for rang in range(200)]
    livraisons = commandes * 3
    random.Random(20260302).shuffle(livraisons)
    with ThreadPoolExecutor(6) as fils:
        erreurs = sum(fils.map(lambda livraison: livrer(store, *livraison), livraisons))
    assert sum(store.charger(Compteur, compteur).total for compteur in compteurs) == 200
    assert store.enregistreur.derniere_position() >= 200
    faits = store.enregistreur.lire_depuis(0, 1000)
    assert len(faits) == 200
    assert len({e.position for e in faits}) == 200
    assert erreurs < 60  # optimistic retries suffice; more would mean they spin


def test_cinquante_fils_sur_un_flux_chaud_reussissent_tous(store: Store) -> None:
    compteur = uuid4()
    with ThreadPoolExecutor(50) as fils:
        list(fils.map(lambda _: ajouter(store, compteur, chaud=True), range(100)))
    assert store.charger(Compteur, compteur).total == 100


def test_quatre_processus_sur_un_flux_chaud_reussissent_tous(store: Store, lancer: Lancer, dire: Dire) -> None:
    compteur, nombre = uuid4(), compte(10, 40)
    for processus in lancer(4, nombre, compteur, chaud=True):
        assert processus.wait(60) == 0
    assert store.charger(Compteur, compteur).total == 4 * nombre
    dire(f"4 × {nombre} commands")


def test_le_verrou_exclut_les_fils_et_pas_les_autres_flux(store: Store) -> None:
    tenu, libere = threading.Event(), threading.Event()
    disputee = uuid4()

    def tenir() -> None:
        with store.enregistreur.verrou(disputee):
            tenu.set()
            libere.wait(ATTENTE_S)

    fil = threading.Thread(target=tenir)
    fil.start()
    assert tenu.wait(ATTENTE_S)
    with store.enregistreur.verrou(uuid4()):  # another stream is free
        pass
    entree = threading.Event()

    def entrer() -> None:
        with store.enregistreur.verrou(disputee):
            entree.set()

    second = threading.Thread(target=entrer)
    second.start()
    assert not entree.wait(0.1)
    libere.set()
    assert entree.wait(ATTENTE_S)
    fil.join()
    second.join()


def test_le_verrou_exclut_une_autre_application(base: str, store: Store) -> None:
    compteur = uuid4()
    with ouvert(base) as autre:
        demande, entree = threading.Event(), threading.Event()

        def entrer() -> None:
            demande.set()
            with autre.enregistreur.verrou(compteur):
                entree.set()

        with store.enregistreur.verrou(compteur):
            fil = threading.Thread(target=entrer)
            fil.start()
            assert demande.wait(ATTENTE_S)
            assert not entree.wait(0.2)
        assert entree.wait(ATTENTE_S)
        fil.join()


def test_le_verrou_exclut_un_autre_processus(base: str, store: Store) -> None:
    compteur = uuid4()
    autre = subprocess.Popen(
        [sys.executable, "-m", "tests.adapters.store.essai", base, "tenir", str(compteur)],
        cwd=RACINE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert autre.stdout is not None
    assert autre.stdout.readline() == "tenu\n"
    entree = threading.Event()

    def entrer() -> None:
        with store.enregistreur.verrou(compteur):
            entree.set()

    fil = threading.Thread(target=entrer)
    fil.start()
    assert not entree.wait(0.2)
    autre.kill()  # a dead holder frees its lock
    autre.communicate()
    assert entree.wait(ATTENTE_S)
    fil.join()


def test_un_verrou_trop_attendu_est_une_erreur_claire() -> None:
    verrous = VerrousDeProcessus()

    def attendre() -> None:
        with verrous.tenir("x", 0.05):
            pass

    with verrous.tenir("x"), ThreadPoolExecutor(1) as fils, pytest.raises(OperationalError, match="locked"):
        fils.submit(attendre).result()
    with verrous.tenir("x", 0.05):
        pass


def test_un_lecteur_qui_suit_ne_manque_rien(store: Store, lancer: Lancer, dire: Dire) -> None:
    compteurs, nombre = [uuid4() for _ in range(4)], compte(15, 150)
    ecrivains = [lancer(1, nombre, compteur)[0] for compteur in compteurs]
    lus: list[int] = []
    position = 0
    fin = time.monotonic() + 60
    while len(lus) < 4 * nombre and time.monotonic() < fin:
        if any(processus.poll() not in (None, 0) for processus in ecrivains):
            break
        store.enregistreur.attendre(position, 1)
        for evenement in store.enregistreur.lire_depuis(position, 50):
            position = evenement.position
            lus.append(position)
    assert lus == [e.position for e in store.enregistreur.lire_depuis(0, 1000)]
    assert len(lus) == 4 * nombre
    instants = [e.enregistre_le for e in store.enregistreur.lire_depuis(0, 1000)]
    assert len(instants) == 4 * nombre
    assert instants == sorted(instants)
    dire(f"4 × {nombre} facts")


def test_attendre_rend_la_main_quand_le_delai_passe(store: Store) -> None:
    debut = time.monotonic()
    assert not store.enregistreur.attendre(0, 0.1)
    assert 0.09 < time.monotonic() - debut < ATTENTE_S
    ajouter(store, uuid4())
    assert store.enregistreur.attendre(0, 0)
    assert not store.enregistreur.attendre(1, 0)


def mediane_du_reveil(ecrire: Callable[[], object], lire: Store) -> float:
    """How long after its receipt a fact is seen by who waits for it."""
    delais = []
    for _ in range(15):
        position = lire.enregistreur.derniere_position()
        vus: list[float] = []

        def veiller(depuis: int = position, vus: list[float] = vus) -> None:
            assert lire.enregistreur.attendre(depuis, 5)
            vus.append(time.perf_counter())

        fil = threading.Thread(target=veiller)
        fil.start()
        time.sleep(0.03)
        ecrire()
        ecrit = time.perf_counter()
        fil.join(5)
        delais.append(vus[0] - ecrit)
    return sorted(delais)[len(delais) // 2]


def test_le_meme_processus_est_reveille_aussitot(store: Store) -> None:
    store.enregistreur.attendre(0, 0.2)  # the listener is up
    assert mediane_du_reveil(lambda: ajouter(store, uuid4()), store) < 0.005


def test_une_autre_application_est_reveillee_vite(base: str, store: Store) -> None:
    with ouvert(base) as autre, ExitStack():
        autre.enregistreur.attendre(0, 0.2)
        assert mediane_du_reveil(lambda: ajouter(store, uuid4()), autre) < 0.05


def test_un_autre_processus_est_entendu(store: Store, lancer: Lancer) -> None:
    lancer(1, 1, uuid4())
    assert store.enregistreur.attendre(0, 20)


def test_un_verrou_qui_passe_de_main_en_main_n_est_pas_abandonne() -> None:
    """On a busy machine the last of a queue waits far longer than any one holder."""
    verrous = VerrousDeProcessus()

    def tenir(_: int) -> None:
        with verrous.tenir("x", 0.3):
            time.sleep(0.05)

    with ThreadPoolExecutor(20) as fils:
        list(fils.map(tenir, range(20)))


def test_une_base_que_d_autres_ecrivent_est_attendue_tant_qu_ils_ecrivent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite is not fair: one may miss its turn for longer than it waits, while the others get through."""
    monkeypatch.setattr(connexions, "OCCUPE_S", 0.15)
    chemin = tmp_path / "disputee.db"
    with closing(connexions.connecter(chemin)) as premiere:
        premiere.execute("PRAGMA journal_mode=WAL")
        premiere.execute("CREATE TABLE t (n INTEGER)")

    def ecrire(_: int) -> None:
        autre = connexions.ReserveSqlite(chemin)  # as another process would: nothing shared but the file
        for _ in range(5):
            with autre.ecrire() as connexion:
                connexion.execute("INSERT INTO t VALUES (1)")
                time.sleep(0.03)
        autre.fermer()

    with ThreadPoolExecutor(8) as fils:
        list(fils.map(ecrire, range(8)))
    with connexions.ReserveSqlite(chemin).lire() as connexion:
        assert connexion.execute("SELECT count(*) FROM t").fetchone() == (40,)


def test_une_base_que_nul_n_ecrit_plus_est_une_erreur_claire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connexions, "OCCUPE_S", 0.1)
    tenue, autre = (connexions.ReserveSqlite(tmp_path / "tenue.db") for _ in range(2))
    with tenue.ecrire(), pytest.raises(OperationalError, match="locked"), autre.ecrire():
        pass
