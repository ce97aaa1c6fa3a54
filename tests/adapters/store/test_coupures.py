"""An exception at any line, or in the middle of any wait, leaves nothing held: others write, and the command is told."""

import gc
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import DatabaseError, PersistenceError

from adapters.coffre import CoffreChiffre, ouvrir_coffre
from adapters.store.adresse import AdresseSqlite, lire_adresse
from adapters.store.commun import VerrouDeProcessus
from application.patience import au_plus, patience
from application.store import Store
from kernel.identifiants import derive
from tests.adapters.store.essai import Compteur, CompteurFerme, ajouter, contexte, ouvert
from tests.conftest import Dire
from tests.coupures import UNE_SUR, Coupure, a_chaque_ligne, couper
from tests.epreuves import lenteur

# a connection that was cut between two lines is closed with the last who knew it
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

VITE_S = 2.0
"""Far less than any wait that ends by giving up, on a busy machine too."""


@contextmanager
def vite(quoi: str) -> Iterator[None]:
    debut = time.monotonic()
    yield
    duree = time.monotonic() - debut
    assert duree < VITE_S or duree < VITE_S * lenteur(), f"somebody waited after a cut at {quoi}"


def test_une_commande_coupee_a_chaque_ligne_ne_retient_personne(base: str, store: Store, dire: Dire) -> None:
    """Cold and hot commands, a refusal, a position and a lease, cut at each line of the store."""
    faites: list[tuple[UUID, UUID]] = []
    ferme = uuid4()
    store.executer(Compteur, ferme, lambda c: c.fermer(), contexte(), geste="compteur fermer", empreinte="f")

    def agir() -> None:
        faites.append((uuid4(), uuid4()))
        for commande, compteur in ((faites[-1][0], faites[-1][1]), (derive(faites[-1][0], 2), faites[-1][1])):
            ajouter(store, compteur, commande, chaud=commande != faites[-1][0])
        with suppress(CompteurFerme):
            ajouter(store, ferme)
        store.enregistreur.avancer_curseur("essai", len(faites))
        store.enregistreur.prendre_bail("essai", str(len(faites)), 0)

    def verifier(ou: str) -> None:
        commande, compteur = faites[-1]
        with vite(ou):
            ajouter(autre, uuid4())
            ajouter(autre, compteur, chaud=True)
            ajouter(store, compteur, chaud=True)
        for id_ in (commande, derive(commande, 2)):
            ligne = autre.enregistreur.lire_journal(contexte(id_).cle)
            faits = [i for i in autre.inscriptions(compteur) if i.entete.commande_id == id_]
            assert len(faits) == (0 if ligne is None else 1), f"half a command after a cut at {ou}"
            recu = ajouter(store, compteur, id_)
            assert recu.deja_fait == (ligne is not None)
        assert autre.charger(Compteur, compteur).total == 4

    with ouvert(base) as autre:
        coupees = a_chaque_ligne(agir, verifier, "adapters/store", "application/store.py")
    assert len(coupees) > 100 // UNE_SUR
    dire(f"{len(coupees)} cuts")


def test_un_coffre_coupe_a_chaque_ligne_ne_retient_personne(base: str, tmp_path: Path, dire: Dire) -> None:
    """A text kept, read, taken back, and a key destroyed, cut at each line."""
    (cle := tmp_path / "cle").write_text("00" * 32)
    with ExitStack() as pile:
        coffre, autre = (ouvrir_coffre(base, cle) for _ in range(2))
        pile.callback(coffre.fermer)
        pile.callback(autre.fermer)
        coupees = a_chaque_ligne(
            lambda: _vivre(coffre), lambda ou: _verifier_le_coffre(autre, ou), "adapters/coffre", "adapters/store"
        )
    assert len(coupees) > 80 // UNE_SUR
    dire(f"{len(coupees)} cuts")


def _vivre(coffre: CoffreChiffre) -> None:
    textes, sujet = (uuid4(), uuid4()), uuid4()
    reprendre, _ = (coffre.ranger(texte_id, sujet, "un texte") for texte_id in textes)
    assert coffre.lire(textes[0]) == "un texte"
    assert reprendre is not None
    reprendre()
    coffre.detruire_cle(sujet)
    assert coffre.lire(textes[1]) is None


def _verifier_le_coffre(autre: CoffreChiffre, ou: str) -> None:
    with vite(ou):
        texte_id = uuid4()
        autre.ranger(texte_id, uuid4(), "un autre")
        assert autre.lire(texte_id) == "un autre"


# in the middle of a wait, where a step spends the time after which it is interrupted


@contextmanager
def ecrivain_occupe(base: str) -> Iterator[Callable[[], None]]:
    """Hold the lock under which facts are appended, until told to let it go."""
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        with closing(sqlite3.connect(adresse.chemin, isolation_level=None, check_same_thread=False)) as c:
            c.execute("BEGIN IMMEDIATE")
            yield lambda: cast(None, c.execute("ROLLBACK"))
    else:
        with psycopg.connect(base) as c:
            c.execute("SELECT pg_advisory_xact_lock(hashtextextended('public.stored_events', 0))")
            yield c.rollback


@pytest.mark.parametrize("tour", range(3))
def test_un_fil_interrompu_pendant_qu_il_attend_ne_retient_personne(base: str, store: Store, tour: int) -> None:
    """What Temporal raises in the thread of a step waits for the lock with it, and comes once it is got."""
    compteur, commande, coupe = uuid4(), uuid4(), threading.Event()

    def agir() -> None:
        try:
            ajouter(store, compteur, commande, chaud=True)
        except Coupure:
            coupe.set()

    with ecrivain_occupe(base) as lacher:
        fil = threading.Thread(target=agir)
        fil.start()
        time.sleep(0.2)
        couper(fil)
        time.sleep(0.1)
        lacher()
        fil.join()
    assert coupe.is_set()
    with ouvert(base) as autre, vite("a wait"):
        ajouter(autre, compteur, chaud=True)
        ajouter(store, compteur, chaud=True)
        recu = ajouter(store, compteur, commande)
    assert recu.version in (1, 3)
    assert store.charger(Compteur, compteur).total == 3


def test_un_fil_interrompu_pendant_qu_il_attend_un_verrou_ne_le_garde_pas() -> None:
    verrou = VerrouDeProcessus()

    def entrer() -> None:
        with suppress(Coupure), verrou.tenir("x", 5):
            time.sleep(5)

    with verrou.tenir("x", 1):
        fil = threading.Thread(target=entrer)
        fil.start()
        time.sleep(0.1)
        couper(fil)
    fil.join()
    with verrou.tenir("x", 1):
        pass


def test_une_place_restee_dans_un_cycle_est_rendue_a_qui_attend() -> None:
    """An exception holds the frames it went through, which may hold it: nobody waits for the collector's own hour."""
    verrou = VerrouDeProcessus()
    gc.disable()
    try:
        dedans = verrou.tenir("x", 1)
        dedans.__enter__()
        cycle: list[object] = [dedans]
        cycle.append(cycle)
        del dedans, cycle
        with verrou.tenir("x", 1):
            pass
    finally:
        gc.enable()


# patience


def test_l_attente_d_une_etape_finit_avec_sa_patience(base: str, store: Store) -> None:
    debut = time.monotonic()
    with ecrivain_occupe(base), pytest.raises(PersistenceError), patience(0.5):
        ajouter(store, uuid4())
    assert time.monotonic() - debut < 0.5 + VITE_S
    ajouter(store, uuid4())


def test_un_flux_chaud_ne_s_attend_pas_plus_longtemps(base: str, store: Store) -> None:
    compteur, debut = uuid4(), time.monotonic()
    with (
        ouvert(base) as autre,
        autre.enregistreur.verrou(compteur),
        pytest.raises(DatabaseError),
        patience(0.5),
    ):
        ajouter(store, compteur, chaud=True)
    assert time.monotonic() - debut < 0.5 + VITE_S
    ajouter(store, compteur, chaud=True)


def test_sans_patience_donnee_on_attend_comme_d_habitude() -> None:
    assert au_plus(5) == 5
    with patience(2):
        assert 1.9 < au_plus(5) <= 2
        assert au_plus(1) == 1
    assert au_plus(5) == 5
