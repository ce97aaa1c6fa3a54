"""What a page offers: not what is done for good; what another value would make new is offered again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from application.gestes.recueil import par_nom
from tests.application.seance import UNANIME, Region, ouvrir_region
from tests.moteur import PIECES, deposer
from web.formulaire.essai import empechement


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    with ouvrir_region(tmp_path) as ouverte:
        yield ouverte


def pourquoi_pas(region: Region, nom: str, ref: str, login: str) -> str | None:
    return empechement(par_nom(*nom.split()), ref, login, region.services)


def test_un_acte_deja_fait_n_est_plus_offert(region: Region) -> None:
    region.ouvrir_credits()
    region.instruire(1)
    region.tenir_seance()
    ref = region.preparer(region.dossiers)
    region.voter(ref, UNANIME)
    assert "pas de numéro" in (pourquoi_pas(region, "deliberation transmettre", ref, "aline") or "")
    region.rendre_executoire(ref)
    assert "déjà transmise" in (pourquoi_pas(region, "deliberation transmettre", ref, "aline") or "")
    assert pourquoi_pas(region, "deliberation rendre-executoire", ref, "aline") == "C’est déjà fait."


def test_un_acte_qui_se_refait_autrement_reste_offert(region: Region) -> None:
    ref = deposer(region.services, pieces=PIECES, le=None, lot=None).ref
    region.moteur()
    region.faire("dossier declarer-complet", "ines", dossier=ref)
    region.faire("dossier demander-avis", "ines", dossier=ref, aupres_de="ville", delai="15 jours")
    assert pourquoi_pas(region, "dossier demander-avis", ref, "ines") is None
