"""The store of the bench of the site: what it holds is what decisions make, and a kept one is found again."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from application.consultations.attendu import situations
from bench.atelier import atelier
from bench.attributions import attribuer
from bench.mesure import RAPIDE
from bench.region import appreter, region
from bench.semis import ecrire
from bench.vies import PREMIER_RANG
from bootstrap.lectures import lectures as ouvrir_lectures
from readmodels.file import requetes
from tests.adapters.store.falsifications import verifier


def test_les_attributions_semees_sont_celles_que_les_decisions_font(tmp_path: Path) -> None:
    with atelier(tmp_path) as a:
        ecrire(a.services, a.reglages.base, attribuer(100, 4, a.services.maintenant(), PREMIER_RANG))
        assert verifier(a.services.store) == []
        maintenant = a.services.maintenant()
        vues = [vue for vue in situations(a.services.store) if vue.agregat != "agent"]
        assert not [vue for vue in vues if any(du.instant <= maintenant for du in vue.dus)]
        etats = Counter(vue.etape for vue in vues if vue.agregat == "dossier")
        assert etats == {"clos": 19, "decide": 61, "inscrit": 20}
        with ouvrir_lectures(a.reglages, a.services) as lectures:
            lectures.rattraper("file")
            comptes = [(lue["rapports"], lue["lignes"], lue["a_voter"]) for lue in requetes.seances(lectures)]
            assert comptes == [(5, 20, 20), *[(5, 20, 0)] * 4]
            assert requetes.rejets(lectures)["total"] == 1
            assert requetes.etat(lectures, maintenant, maintenant)["sans_attente"] == []


@pytest.mark.postgres
def test_une_base_gardee_est_retrouvee_et_prete_a_servir(tmp_path: Path) -> None:
    ampleur, positions = replace(RAPIDE, garde=tmp_path / "garde"), []
    for _ in range(2):
        with region(ampleur) as a:
            positions.append(a.services.store.derniere_position())
            assert len(appreter(a, ampleur, ["agent-00"]).complets) == 12
    assert positions[0] < positions[1] < positions[0] + 200
