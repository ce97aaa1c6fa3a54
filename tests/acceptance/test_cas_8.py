"""Case 8 of the domain file, on the real engine: an accusé never sent, late or without remedies; the dossier attacked years later."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from application.commandes import FichierRecu
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from kernel.instants import debut_de_jour
from scenarios.institution import SERVICE
from tests.application.seance import Region, ouvrir_region
from tests.application.test_recours import GRACIEUX
from tests.moteur import un_depot


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    with ouvrir_region(tmp_path) as ouverte:
        yield ouverte


def deposer(region: Region) -> str:
    """File a request, and let the engine register it."""
    ref = region.faire("dossier deposer", "ines", **un_depot()).ref
    region.moteur()
    return ref


def aller_au(region: Region, jour: date) -> None:
    region.services.store.enregistreur.regler_horloge(debut_de_jour(jour) + timedelta(hours=9))
    region.moteur()


def non_opposables(region: Region, ref: str) -> str:
    document = voir(region.services, ref, Moment())
    assert ("delais_non_opposables" in document["drapeaux"]) is (document["delais_non_opposables"] is not None)
    return document["delais_non_opposables"] or ""


def test_cas_8_sans_accuse_les_delais_ne_sont_pas_opposables_et_le_recours_vient_des_annees_apres(
    region: Region,
) -> None:
    ref = deposer(region)
    assert non_opposables(region, ref) == ""
    (attendu,) = [a for a in voir(region.services, ref, Moment())["attentes"] if a["code"] == "accuse_reception"]
    assert (attendu["de"], attendu["nature"]) == ("instructeur", "loi")
    aller_au(region, date(2026, 2, 2))
    assert "non délivré" in non_opposables(region, ref)
    aller_au(region, date(2029, 6, 4))
    assert "rejet_implicite_ne" in voir(region.services, ref, Moment())["drapeaux"]
    region.faire("dossier enregistrer-recours", "ines", dossier=ref, **GRACIEUX)
    assert "non délivré" in non_opposables(region, ref)


def test_cas_8_un_accuse_sans_voies_de_recours_ne_fait_courir_aucun_delai_et_un_complet_le_remplace(
    region: Region,
) -> None:
    ref = deposer(region)
    copie = FichierRecu("accuse.pdf", b"accuse de la plateforme, exemple fictif")
    region.faire("dossier enregistrer-accuse", "ines", dossier=ref, fichier=copie, voies_de_recours="non")
    assert "sans les voies et délais de recours" in non_opposables(region, ref)
    region.faire("campagne declarer-service", "admin", campagne=region.dossier(ref).campagne, **SERVICE)
    region.faire("dossier accuser-reception", "ines", dossier=ref, canal="main_propre")
    assert non_opposables(region, ref) == ""


def test_cas_8_un_accuse_tardif_est_dit_avec_ses_deux_dates(region: Region) -> None:
    ref = deposer(region)
    region.faire("campagne declarer-service", "admin", campagne=region.dossier(ref).campagne, **SERVICE)
    aller_au(region, date(2026, 2, 2))
    region.faire("dossier accuser-reception", "ines", dossier=ref)
    region.moteur()
    dit = non_opposables(region, ref)
    assert "délivré le 02/02/2026, après le " in dit
    assert "R112-11-2" in dit
