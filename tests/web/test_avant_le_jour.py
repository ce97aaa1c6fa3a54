"""What is done on a day is offered on that day: before it, and before what comes first that day, it is said and not offered."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest

from application.commandes import FichierRecu
from kernel.instants import debut_de_jour
from tests.application.seance import JOUR, PRESENCES, SEANCE, Region
from tests.web.fabrique import Site
from tests.web.region import ouvrir_site_de_region

Tenue = tuple[Region, Site, str]
OUVRIR, VOTER = f"/seances/{SEANCE}/gestes/ouvrir", "/deliberations/{}/gestes/voter"


@pytest.fixture
def veille(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenue]:
    """The eve of a sitting, its rapport being on the agenda."""
    with ouvrir_site_de_region(tmp_path_factory.mktemp("veille")) as (region, site):
        region.ouvrir_credits()
        refs = region.instruire(1)
        region.faire("seance prevoir", "aline", jour=JOUR)
        region.faire("seance convoquer", "aline", seance=SEANCE)
        au(region, jours=-1)
        yield region, site, region.preparer(refs)


def au(region: Region, *, jours: int) -> None:
    """Bring the clock to the morning of a day around the sitting."""
    region.services.store.enregistreur.regler_horloge(debut_de_jour(JOUR) + timedelta(days=jours, hours=9))
    region.moteur()


def lue(site: Site, adresse: str) -> str:
    reponse = site.client_de("aline").get(adresse)
    assert reponse.status_code == 200, adresse
    return re.sub(r"\s+", " ", unescape(reponse.text))


def pages(rapport: str) -> tuple[str, ...]:
    return "/", "/file", "/en-retard", f"/seances/{SEANCE}", f"/deliberations/{rapport}"


def offerts(site: Site, rapport: str) -> set[str]:
    """The gestes of the sitting that some page leads to."""
    liens = {lien for page in pages(rapport) for lien in re.findall(r'(?:href|action)="([^"?]*)', lue(site, page))}
    return liens & {OUVRIR, VOTER.format(rapport)}


def test_la_veille_on_n_ouvre_ni_ne_vote_et_la_page_dit_le_jour(veille: Tenue) -> None:
    _, site, rapport = veille
    assert offerts(site, rapport) == set()
    assert "Voter, le 18 juin 2026" in lue(site, "/file")
    assert "Ouvrir la séance, le 18 juin 2026" in lue(site, "/file")
    assert "Voter, le 18 juin 2026" in lue(site, f"/deliberations/{rapport}")
    assert "Ouvrir la séance, le 18 juin 2026" in lue(site, f"/seances/{SEANCE}")
    assert "La séance se tient le 18/06/2026, pas avant." in lue(site, OUVRIR)
    assert f"la séance {SEANCE} n’est pas ouverte" in lue(site, VOTER.format(rapport))


def test_une_ligne_s_ajourne_deja_la_veille(veille: Tenue) -> None:
    _, site, rapport = veille
    assert "Ajourner une ligne avant la séance" in lue(site, f"/deliberations/{rapport}")
    assert "Ligne ajournée" in lue(site, f"/seances/{SEANCE}/scrutin")


def test_le_jour_venu_la_seance_s_ouvre_et_le_vote_attend_qu_elle_le_soit(veille: Tenue) -> None:
    region, site, rapport = veille
    au(region, jours=0)
    assert offerts(site, rapport) == {OUVRIR}
    assert "Voter, d’abord : Ouvrir la séance" in lue(site, "/file").replace("\u00a0", " ")
    feuille = FichierRecu("p.csv", PRESENCES.encode())
    region.faire("seance ouvrir", "aline", seance=SEANCE, presences=feuille)
    assert offerts(site, rapport) == {VOTER.format(rapport)}
    region.faire("seance suspendre", "aline", seance=SEANCE)
    assert offerts(site, rapport) == set()
    assert "Voter, d’abord : Reprendre la séance" in lue(site, "/file").replace("\u00a0", " ")


def test_l_attente_dit_le_jour_de_son_geste(veille: Tenue) -> None:
    _, site, rapport = veille
    (vote,) = site.client_de("aline").get(f"/api/v1/deliberations/{rapport}/attentes").json()
    assert (vote["code"], vote["pas_avant"]) == ("vote", "2026-06-18")
