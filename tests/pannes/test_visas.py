"""Drill: visas wait while a month passes, the worker killed among their reminders: each is made once, in order."""

from datetime import timedelta

import pytest

from aggregates.dossier import attentes
from aggregates.dossier.visa import VisaRappele
from kernel.attentes import Role
from kernel.identifiants import identifiant
from kernel.instants import Effet, fin_de_jour, jour_de, rfc3339
from tests.application.test_visas import PAR_VISA, proposer, region_a_visas
from tests.conftest import Dire
from tests.epreuves import compte
from tests.pannes.conftest import Deux
from tests.pannes.exercice import Exercice

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]
NOMBRE = compte(20, 2_000)
A_LA_MORT = NOMBRE + NOMBRE // 2
"""Reminders made when the worker dies: half of the second ones."""
UN_MOIS = timedelta(days=30)
DELAIS_J = (5, 10, 15)
"""Those of the règlement: two reminders, then the opening to the role above."""
BORNE_S = 40.0 + NOMBRE / 2


def test_un_mois_de_rappels_de_visa_le_worker_tue_au_milieu(deux_repetitions: Deux, dire: Dire) -> None:
    """Temporal holds them: a dead worker neither loses nor doubles one, and no safety net is needed."""

    def exercice(ex: Exercice) -> str:
        region = region_a_visas(ex.services)
        refs, debut = proposer(region, NOMBRE), ex.services.maintenant()
        ex.lancer("relais")
        premier = ex.lancer("worker", panne=f"executer.apres_ecriture:{A_LA_MORT}")
        horloge = ex.lancer("horloge", "avancer", "--a", rfc3339(debut + UN_MOIS), "--json")
        premier.attendre_la_panne(BORNE_S)
        faits = sum(len(_rappels(ex, ref)) for ref in refs)
        assert A_LA_MORT <= faits <= 2 * NOMBRE, "killed in the middle"
        ex.lancer("worker")
        assert horloge.finir(BORNE_S) == 0, ex.journaux()

        fins = [fin_de_jour(jour_de(debut) + timedelta(days=delai)) for delai in DELAIS_J]
        attendus = [(*dit, fin) for dit, fin in zip(PAR_VISA, fins, strict=True)]
        for ref in refs:
            assert _rappels(ex, ref) == attendus, ref
            assert [a.de for a in attentes(region.dossier(ref)) if a.cle.code == "visa"] == [Role.ORDONNATEUR], ref
        par_pilote = ex.services.store.enregistreur.compter_par_pilote()
        assert par_pilote.keys() == {"cli", "workflow"}
        assert par_pilote["workflow"] == len(PAR_VISA) * NOMBRE
        ex.tout_est_juste()
        return f"{NOMBRE} visas, worker killed after {faits} of {par_pilote['workflow']} reminders"

    deux_repetitions.jouer(exercice, dire)


def _rappels(ex: Exercice, ref: str) -> list[tuple[int, Role | None, Effet]]:
    """Return the reminders of a visa in the order they were recorded, each with the instant it was due."""
    return [
        (i.fait.rang, i.fait.escalade, i.entete.effectif_le)
        for i in ex.services.store.inscriptions(identifiant("dossier", ref))
        if isinstance(i.fait, VisaRappele)
    ]
