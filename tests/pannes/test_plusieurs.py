"""Drills: two of each at once. 200 commands × 3 deliveries × 6 threads = 200 effects: tests/adapters/store/test_concurrence.py."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from tests.conftest import Dire
from tests.epreuves import compte
from tests.pannes.conftest import Deux
from tests.pannes.exercice import DES_AGENTS, Exercice

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]
DEPOTS, PASSES = compte(6, 60), compte(15, 150)


def test_deux_relais_deux_projecteurs_deux_filets(deux: Deux, dire: Dire) -> None:
    """Whoever comes second finds it done."""
    borne = 60.0

    def exercice(ex: Exercice) -> str:
        relais = [ex.lancer("relais") for _ in range(2)]
        for processus in ("worker", "projecteur", "projecteur"):
            ex.lancer(processus)
        filets = [ex.lancer("filet", PASSES) for _ in range(2)]
        with ThreadPoolExecutor(3) as fils:
            list(fils.map(lambda rang: ex.deposer(1, lot="lot-1" if rang % 2 else None), range(DEPOTS)))
        duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "everything done")
        assert [filet.finir() for filet in filets] == [0, 0], ex.journaux()
        assert all(r.vit for r in relais)
        ex.tout_est_juste()
        # a receipt more than there are facts is a silent repeat: `tout_est_juste` has counted the facts
        assert sum(ex.services.store.enregistreur.compter_par_pilote().values()) >= len(DES_AGENTS) * DEPOTS
        _lectures_justes(ex)
        par = dict(ex.services.store.enregistreur.compter_par_pilote())
        return f"{DEPOTS} dossiers in {duree:.1f} s (bound {borne:.0f} s) by {par}"

    deux.jouer(exercice, dire)


def _lectures_justes(ex: Exercice) -> None:
    """Two projectors on one projection: at the head, and no row twice."""
    with ouvrir_lectures(Reglages(base=ex.base), ex.services) as lectures:
        tete = ex.services.store.enregistreur.derniere_position()
        ex.jusqu_a(lambda: all(lectures.position(nom) == tete for nom in lectures.projections), 10, "projections")
        with lectures.lire("chronologie") as (connexion, meta):
            (table,) = meta.sorted_tables
            lignes = connexion.execute(table.select()).all()
        faits = [i for i in ex.inscriptions() if i.entete.agregat == "dossier"]
        assert len(lignes) == len({str(tuple(ligne)) for ligne in lignes})
        assert len(lignes) >= len(faits)
