"""Drills: Temporal is killed, loses its database, is far or cut off. It holds no truth, so nothing is lost."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.conftest import Dire
from tests.epreuves import compte
from tests.pannes.conftest import Deux
from tests.pannes.exercice import Exercice, TemporalAuFichier
from tests.pannes.lien import ouvrir_lien
from workers.reconciliation import PARALLELES

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]
DEPOTS = compte(5, 100)


def _serveur(ex: Exercice) -> TemporalAuFichier:
    assert ex.serveur is not None
    return ex.serveur


def _moteur(ex: Exercice) -> None:
    ex.lancer("worker")
    ex.lancer("relais")
    ex.deposer(1)
    ex.jusqu_a(ex.faits_par_l_engin, 20, "the engine at work")


def test_temporal_tue_puis_relance_sur_le_meme_fichier(deux_temporals: Deux, dire: Dire) -> None:
    """People keep working meanwhile; worker and relay survive untouched."""
    borne = 40.0

    def exercice(ex: Exercice) -> str:
        _moteur(ex)
        _serveur(ex).tuer()
        debut = time.monotonic()
        pendant = ex.deposer(DEPOTS)
        par_depot = (time.monotonic() - debut) / DEPOTS
        time.sleep(1)
        assert not any("enregistre" in ex.topics(recu.id) for recu in pendant)
        _serveur(ex).relancer()
        duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "everything caught up")
        assert all(processus.vit for processus in ex.processus)
        ex.tout_est_juste()
        return (
            f"{DEPOTS} dépôts meanwhile at {par_depot * 1000:.0f} ms each, all done {duree:.1f} s after the restart"
            f" (bound {borne:.0f} s)"
        )

    deux_temporals.jouer(exercice, dire)


def test_base_de_temporal_effacee_puis_reconstruite(deux_temporals: Deux, dire: Dire) -> None:
    """A server that has forgotten everything is told again from the store, by a command killed on its way, then whole."""
    borne = 40.0

    def exercice(ex: Exercice) -> str:
        _moteur(ex)
        anciens = ex.deposer(DEPOTS)
        ex.jusqu_a(ex.faits_par_l_engin, 60)
        _serveur(ex).tuer()
        _serveur(ex).relancer(en_oubliant=True)
        perdus = ex.reconcilier().derive
        assert len(perdus) == len(anciens) + 1, perdus
        debut = time.monotonic()
        ordre = ("reconstruire", "temporal", "--json")
        ex.lancer(*ordre, panne="reconcilier.apres_reparation:2").attendre_la_panne()
        refait = ex.lancer(*ordre)
        assert refait.finir() == 0, refait.dit()
        # those that were being told when it was killed may already be seen, or not yet
        assert len(anciens) + 1 - PARALLELES <= refait.document()["temporal"]["repares"] <= len(anciens) + 1, (
            refait.dit()
        )
        ex.deposer(2)
        ex.jusqu_a(ex.faits_par_l_engin, borne, "the surviving worker and relay serve")
        ex.tout_est_juste()
        return (
            f"{DEPOTS + 1} follow-ups rebuilt in two goes, all at work {time.monotonic() - debut:.1f} s later"
            f" (bound {borne:.0f} s)"
        )

    deux_temporals.jouer(exercice, dire)


def test_lien_avec_temporal_coupe_trois_secondes_puis_lent(deux: Deux, dire: Dire) -> None:
    """The worker and the relay are far from their Temporal; their link is cut, then slow by 200 ms each way."""
    borne_coupure, borne_lenteur = 30.0, float(compte(30, 60))

    def exercice(ex: Exercice) -> str:
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
        return (
            f"{DEPOTS} dossiers done {coupure:.1f} s after a cut of 3 s (bound {borne_coupure:.0f} s),"
            f" {DEPOTS} in {lenteur:.1f} s at +200 ms (bound {borne_lenteur:.0f} s)"
        )

    deux.jouer(exercice, dire)


def test_une_sortie_que_personne_ne_lit_ne_gele_rien(deux_temporals: Deux, dire: Dire) -> None:
    """Both outputs of worker and relay go to a full pipe that nobody reads, and Temporal goes away."""
    borne = 40.0

    def exercice(ex: Exercice) -> str:
        with _tuyau_plein(ex.dossier / "tuyau") as tuyau:
            ex.lancer("worker", sortie=tuyau)
            ex.lancer("relais", sortie=tuyau)
            ex.deposer(DEPOTS)
            ex.jusqu_a(ex.faits_par_l_engin, 40, "the engine at work")
            _serveur(ex).tuer()
            ex.deposer(DEPOTS)
            time.sleep(3)
            _serveur(ex).relancer()
            duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "not frozen")
            ex.tout_est_juste()
            arrets = [processus.arreter() for processus in ex.processus[:2]]
        return (
            f"pipe full from the start; recovered in {duree:.1f} s (bound {borne:.0f} s),"
            f" stopped on demand in {max(arrets):.1f} s"
        )

    deux_temporals.jouer(exercice, dire)


@contextmanager
def _tuyau_plein(tuyau: Path) -> Iterator[Path]:
    """Fill a pipe to its brim: the next blocking write waits for ever."""
    os.mkfifo(tuyau)
    bout = os.open(tuyau, os.O_RDWR | os.O_NONBLOCK)
    try:
        for octets in (b"." * 4096, b"."):
            with suppress(BlockingIOError):
                while True:
                    os.write(bout, octets)
        yield tuyau
    finally:
        os.close(bout)
