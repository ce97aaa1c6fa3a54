"""Drills: Temporal is killed, loses its database, is far or cut off. It holds no truth, so nothing is lost."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from adapters.temporal_local import ServeurLocal, demarrer_local
from tests.pannes.conftest import Mesurer
from tests.pannes.couveuse import Couveuse
from tests.pannes.exercice import Exercice, compte, ouvrir
from tests.pannes.lien import ouvrir_lien

pytestmark = pytest.mark.temporal
DEPOTS = compte(5, 100)
ESPACE = "default"


@pytest.fixture
def serveur(tmp_path: Path) -> Iterator[list[ServeurLocal]]:
    """A server of one's own, in a file; the last of the list is the one that runs."""
    serveurs = [demarrer_local(tmp_path / "temporal.db")]
    yield serveurs
    serveurs[-1].arreter()


@pytest.fixture
def ex(couveuse: Couveuse, serveur: list[ServeurLocal], tmp_path: Path) -> Iterator[Exercice]:
    with ouvrir(couveuse, "sqlite", tmp_path, serveur[0].adresse, ESPACE) as exercice:
        yield exercice


def _tuer(serveur: ServeurLocal) -> None:
    serveur.processus.kill()
    serveur.processus.wait()


def _moteur(ex: Exercice) -> None:
    ex.lancer("worker")
    ex.lancer("relais")
    ex.deposer(1)
    ex.jusqu_a(ex.faits_par_l_engin, 20, "the engine at work")


def test_temporal_tue_puis_relance_sur_le_meme_fichier(
    ex: Exercice, serveur: list[ServeurLocal], tmp_path: Path, mesurer: Mesurer
) -> None:
    """People keep working meanwhile; worker and relay survive untouched."""
    borne = 40.0
    _moteur(ex)
    _tuer(serveur[-1])
    debut = time.monotonic()
    pendant = ex.deposer(DEPOTS)
    par_depot = (time.monotonic() - debut) / DEPOTS
    time.sleep(1)
    assert not any("enregistre" in ex.topics(recu.id) for recu in pendant)
    serveur.append(demarrer_local(tmp_path / "temporal.db", port=serveur[0].port))
    duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "everything caught up")
    assert all(processus.vit for processus in ex.processus)
    ex.tout_est_juste()
    mesurer(
        f"{DEPOTS} dépôts meanwhile at {par_depot * 1000:.0f} ms each, all done {duree:.1f} s after the restart"
        f" (bound {borne:.0f} s)"
    )


def test_base_de_temporal_effacee_puis_reconstruite(
    ex: Exercice, serveur: list[ServeurLocal], tmp_path: Path, mesurer: Mesurer
) -> None:
    """A server that has forgotten everything is told again from the store; nothing is done twice."""
    borne = 40.0
    _moteur(ex)
    anciens = ex.deposer(DEPOTS)
    ex.jusqu_a(ex.faits_par_l_engin, 60)
    _tuer(serveur[-1])
    for fichier in tmp_path.glob("temporal.db*"):
        fichier.unlink()
    serveur.append(demarrer_local(tmp_path / "temporal.db", port=serveur[0].port))
    perdus = ex.reconcilier().derive
    assert len(perdus) == len(anciens) + 1, perdus
    debut = time.monotonic()
    refait = ex.lancer("reconstruire", "temporal", "--json")
    assert refait.finir() == 0, refait.dit()
    assert f'"repares": {len(anciens) + 1}' in refait.dit()
    ex.deposer(2)
    ex.jusqu_a(ex.faits_par_l_engin, borne, "the surviving worker and relay serve")
    ex.tout_est_juste()
    mesurer(
        f"{DEPOTS + 1} follow-ups rebuilt, all at work {time.monotonic() - debut:.1f} s later (bound {borne:.0f} s)"
    )


def test_lien_avec_temporal_coupe_trois_secondes_puis_lent(ex: Exercice, mesurer: Mesurer) -> None:
    """The worker and the relay are far from their Temporal; their link is cut, then slow by 200 ms each way."""
    borne_coupure, borne_lenteur = 30.0, float(compte(30, 60))
    with ouvrir_lien(ex.temporal) as lien:
        direct, ex.temporal = ex.temporal, lien.adresse
        _moteur(ex)
        ex.temporal = direct
        lien.couper()
        ex.deposer(DEPOTS)
        time.sleep(3)
        lien.retablir()
        coupure = ex.jusqu_a(ex.faits_par_l_engin, borne_coupure, "done after the cut")
        lien.retard_s = 0.2
        ex.deposer(DEPOTS)
        lenteur = ex.jusqu_a(ex.faits_par_l_engin, borne_lenteur, "done over a slow link")
        lien.retard_s = 0.0
        assert all(processus.vit for processus in ex.processus)
        ex.tout_est_juste()
    mesurer(
        f"{DEPOTS} dossiers done {coupure:.1f} s after a cut of 3 s (bound {borne_coupure:.0f} s),"
        f" {DEPOTS} in {lenteur:.1f} s at +200 ms (bound {borne_lenteur:.0f} s)"
    )


def test_une_sortie_que_personne_ne_lit_ne_gele_rien(
    ex: Exercice, serveur: list[ServeurLocal], tmp_path: Path, mesurer: Mesurer
) -> None:
    """Both outputs of worker and relay go to a full pipe that nobody reads, and Temporal goes away."""
    borne = 40.0
    tuyau = tmp_path / "tuyau"
    os.mkfifo(tuyau)
    bout = os.open(tuyau, os.O_RDWR | os.O_NONBLOCK)
    try:
        _remplir(bout)
        ex.lancer("worker", sortie=tuyau)
        ex.lancer("relais", sortie=tuyau)
        ex.deposer(DEPOTS)
        ex.jusqu_a(ex.faits_par_l_engin, 40, "the engine at work")
        _tuer(serveur[-1])
        ex.deposer(DEPOTS)
        time.sleep(3)
        serveur.append(demarrer_local(tmp_path / "temporal.db", port=serveur[0].port))
        duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "not frozen")
        ex.tout_est_juste()
        arrets = [processus.arreter() for processus in ex.processus[:2]]
    finally:
        os.close(bout)
    mesurer(
        f"pipe full from the start; recovered in {duree:.1f} s (bound {borne:.0f} s),"
        f" stopped on demand in {max(arrets):.1f} s"
    )


def _remplir(tuyau: int) -> None:
    """Fill a pipe to its brim: the next blocking write waits for ever."""
    with suppress(BlockingIOError):
        while True:
            os.write(tuyau, b"." * 4096)
    with suppress(BlockingIOError):
        while True:
            os.write(tuyau, b".")
