"""Finance in the system's Chromium: no violation at both widths, and few actions to sign a bordereau without a script."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.application.argent import attribuer, bordereau, fixer, mandater, ref_bordereau, valider_iban
from tests.application.seance import ENVELOPPE, Region
from tests.epreuves import compte
from tests.web.fabrique import Site
from tests.web.region import ouvrir_site_de_region
from tests.web.test_navigateur import Fenetre, connecte, sans_violation_aux_deux_largeurs
from tests.web.test_navigateur import fenetre as fenetre
from tests.web.test_navigateur import navigateur as navigateur
from tests.web.test_navigateur import url as url

pytestmark = pytest.mark.navigateur
ORDRES = compte(3, 24)
ACTIONS = 5
"""At most, to sign."""


@pytest.fixture(scope="module")
def mandatee(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Region, Site, str]]:
    with ouvrir_site_de_region(tmp_path_factory.mktemp("finance")) as (region, site):
        refs = attribuer(region, ORDRES)
        for ref in refs:
            valider_iban(region, ref)
            fixer(region, ref)
            mandater(region, ref)
        region.moteur()
        yield region, site, ref_bordereau(region, refs[0])


@pytest.fixture(scope="module")
def site(mandatee: tuple[Region, Site, str]) -> Site:
    return mandatee[1]


def test_aucune_violation_et_aucun_debordement(fenetre: Fenetre, mandatee: tuple[Region, Site, str]) -> None:
    *_, ref = mandatee
    for adresse in (
        "/finance",
        "/bordereaux",
        f"/bordereaux/{ref}",
        "/rejets",
        "/enveloppes",
        f"/enveloppes/{ENVELOPPE}",
    ):
        sans_violation_aux_deux_largeurs(fenetre.devant("olga", adresse))


def test_un_bordereau_se_signe_en_peu_d_actions(
    url: str, navigateur: Browser, mandatee: tuple[Region, Site, str]
) -> None:
    region, site, ref = mandatee
    contexte = connecte(navigateur, site, url, "olga", java_script_enabled=False)
    page = contexte.new_page()
    page.goto(f"{url}/finance")
    total = f"{bordereau(region, ref).total_centimes / 100:.2f}".replace(".", ",")
    actions: list[Callable[[], object]] = [
        lambda: page.get_by_role("link", name=ref).click(),
        lambda: page.get_by_label("Total à saisir pour signer").fill(total),
        lambda: page.keyboard.press("Enter"),
    ]
    for action in actions:
        action()
    page.wait_for_url("**recu=*")
    assert len(actions) <= ACTIONS
    assert f"Bordereau signé : {ORDRES} mandats" in page.locator("#recu").inner_text().replace("\u00a0", " ")
    assert bordereau(region, ref).signe_par == "olga"
    contexte.close()
