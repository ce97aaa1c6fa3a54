"""Nothing freezes: read models cut at any line, and a worker whose steps time out on a store that another holds."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from temporalio import activity

from activities.executer import Executer
from activities.lire_attentes import LireAttentes
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from readmodels.file import requetes
from tests.conftest import Dire
from tests.coupures import UNE_SUR, a_chaque_ligne
from tests.epreuves import lenteur
from tests.moteur import EXEMPLES, PIECES, deposer, ouvrir_store
from tests.pannes.exercice import Exercice

VITE_S = 2.0
TENU_S = 13.0
"""Longer than two time-outs of a step."""


@pytest.mark.parametrize(
    "moteur", ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.epreuves])]
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # what was cut is closed when forgotten
def test_des_lectures_coupees_a_chaque_ligne_ne_retiennent_personne(
    moteur: str, tmp_path: Path, request: pytest.FixtureRequest, dire: Dire
) -> None:
    """Caught up and made again: whatever was cut, another process catches up at once, and no row is half written."""
    postgres = request.getfixturevalue("postgres_url") if moteur == "postgresql" else None
    with ouvrir_store(tmp_path, postgres=postgres) as (services, base):
        reglages = Reglages(base=base)
        deposer(services, pieces=PIECES, le=None, lot=None)
        with ouvrir_lectures(reglages, services) as coupee, ouvrir_lectures(reglages, services) as autre:
            rang = iter(range(100_000))

            def agir() -> None:
                services.store.enregistreur.avancer_curseur("essai", next(rang))
                deposer(services, pieces=(), le=None, lot=None)
                coupee.rattraper("file")
                coupee.reconstruire("chronologie")

            def verifier(ou: str) -> None:
                debut = time.monotonic()
                assert autre.rattraper("file") == services.store.enregistreur.derniere_position()
                autre.rattraper("chronologie")
                coupee.rattraper("file")
                duree = time.monotonic() - debut
                assert duree < VITE_S or duree < VITE_S * lenteur(), f"somebody waited after a cut at {ou}"
                with autre.lire("file") as (connexion, meta):
                    agregats = meta.tables[next(nom for nom in meta.tables if nom.startswith("file_agregats"))]
                    vus = [ligne.id for ligne in connexion.execute(agregats.select())]
                assert len(vus) == len(set(vus)), f"rows twice after a cut at {ou}"

            coupees = a_chaque_ligne(agir, verifier, "readmodels", "adapters/lectures.py")
            lus = requetes.totaux(autre)
            autre.reconstruire("file")
            assert requetes.totaux(autre) == lus
    assert len(coupees) > 80 // UNE_SUR
    dire(f"{len(coupees)} cuts")


def test_rien_n_est_leve_dans_le_fil_d_une_etape() -> None:
    """What a step gives up by itself cannot be half done: the library never raises in its thread."""
    for etape in (LireAttentes.lire_attentes, Executer.executer):
        definition = activity._Definition.from_callable(etape)
        assert definition is not None
        assert definition.no_thread_cancel_exception


@pytest.mark.temporal
def test_une_etape_qui_expire_ne_retient_aucun_ecrivain(exercice: Exercice, dire: Dire) -> None:
    """Another process holds the store for longer than a step may last: once it lets go, everybody writes at once."""
    ex = exercice
    ex.lancer("relais")
    ex.lancer("worker")
    ex.deposer(1)
    ex.jusqu_a(ex.faits_par_l_engin, 30, "the engine at work")
    with closing(sqlite3.connect(ex.dossier / "essai.db", isolation_level=None)) as gene:
        ex.deposer(8)
        gene.execute("BEGIN IMMEDIATE")
        time.sleep(TENU_S)
        gene.execute("ROLLBACK")
    debut = time.monotonic()
    depot = ex.lancer("dossier", "deposer", EXEMPLES / "depots" / "01.json", "--acteur", "ines", "--json")
    assert depot.finir() == 0, depot.dit()
    duree = time.monotonic() - debut
    fini = ex.jusqu_a(ex.faits_par_l_engin, 45, "every automatisme done")
    ex.rien_de_perdu_ni_de_double()
    dire(f"a command in {duree:.1f} s, the engine done {fini:.1f} s after")
