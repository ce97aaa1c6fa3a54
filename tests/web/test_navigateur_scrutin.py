"""A whole scrutin from the keyboard, without a script: how many keys, how long; no violation at both widths."""

import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.application.seance import SEANCE, Region
from tests.epreuves import compte
from tests.web.fabrique import Site
from tests.web.region import en_seance, ouvrir_site_de_region
from tests.web.test_navigateur import LARGEURS, Fenetre, connecte, sans_violation, sans_violation_aux_deux_largeurs
from tests.web.test_navigateur import fenetre as fenetre
from tests.web.test_navigateur import navigateur as navigateur
from tests.web.test_navigateur import url as url

pytestmark = pytest.mark.navigateur
LIGNES = compte(12, 60)
DEPORTS = {3: "2", 7: "3", 9: "4"}
"""Line by line, who steps out."""
A_PART = 5
"""The line voted apart: one member is against."""
TOUCHES, SECONDES = 80, 180
"""At most, for sixty lines."""


@pytest.fixture(scope="module")
def tenue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Region, Site, str]]:
    with ouvrir_site_de_region(tmp_path_factory.mktemp("scrutin")) as (region, site):
        yield region, site, en_seance(region, LIGNES)


@pytest.fixture(scope="module")
def site(tenue: tuple[Region, Site, str]) -> Site:
    return tenue[1]


class Clavier:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.touches = 0

    def presser(self, *touches: str) -> None:
        for touche in touches:
            self._page.keyboard.press(touche)
            self.touches += 1


def test_aucune_violation_et_aucun_debordement(fenetre: Fenetre, tenue: tuple[Region, Site, str]) -> None:
    *_, rapport = tenue
    for adresse in ("/seances", f"/seances/{SEANCE}", f"/deliberations/{rapport}", f"/seances/{SEANCE}/scrutin"):
        sans_violation_aux_deux_largeurs(fenetre.devant("aline", adresse))


@LARGEURS
def test_la_faute_et_la_verification_du_scrutin_se_lisent(fenetre: Fenetre, largeur: int) -> None:
    page = fenetre.devant("aline", f"/seances/{SEANCE}/scrutin", largeur)
    page.fill("#deports", "99")
    page.keyboard.press("Enter")
    page.wait_for_selector("#deports-faute")
    sans_violation(page)
    page.fill("#deports", "")
    page.get_by_role("button", name="Appliquer aux").click()
    page.wait_for_selector("text=Vérifiez avant d’enregistrer")
    sans_violation(page)


def test_le_scrutin_se_tient_au_clavier(url: str, navigateur: Browser, tenue: tuple[Region, Site, str]) -> None:
    region, site, rapport = tenue
    contexte = connecte(navigateur, site, url, "aline", java_script_enabled=False)
    page = contexte.new_page()
    page.goto(f"{url}/seances/{SEANCE}/scrutin")
    clavier, debut = Clavier(page), time.monotonic()
    for rang in range(1, LIGNES + 1):
        assert page.title().startswith(f"Ligne {rang} sur {LIGNES} – ")
        page.wait_for_selector(":focus")  # a busy machine puts the cursor there a moment after the page has come
        if rang in DEPORTS:
            clavier.presser("Tab", DEPORTS[rang])
        elif rang == A_PART:
            clavier.presser("Tab", "Tab", "2")
        elif rang == A_PART + 1:
            clavier.presser("ArrowDown")
        clavier.presser("Enter")
        page.wait_for_url(f"**ligne={rang + 1}&recu=*" if rang < LIGNES else "**/scrutin?recu=*")
    duree = time.monotonic() - debut
    contexte.close()
    sys.stdout.write(f"\n{LIGNES} lines: {clavier.touches} keys, {duree:.1f} s\n")
    deliberation = region.deliberation(rapport)
    votes: list[Any] = [deliberation.votes[ligne.vote] for ligne in deliberation.lignes.values()]
    assert [(v.pour, v.contre, len(v.bulletin.deports)) for v in votes] == [
        (3, 1, 0) if rang == A_PART else (3, 0, 1) if rang in DEPORTS else (4, 0, 0) for rang in range(1, LIGNES + 1)
    ]
    assert clavier.touches <= LIGNES + TOUCHES - 60
    assert duree <= SECONDES * LIGNES / 60
