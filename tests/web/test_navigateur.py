"""In the system's Chromium: no accessibility violation, no sideways scroll at 320 px, the keyboard reaches the work."""

import asyncio
import os
import re
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from adapters.serveur import servir
from aggregates.dossier import Dossier
from application import avis_par_lien
from tests.web.fabrique import Site
from tests.web.parcours import ATTENTE_MS

pytestmark = pytest.mark.navigateur
REGLES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
    "resultTypes": ["violations"],  # what passed is not brought back: five times the work, and nobody reads it
}
LARGE, ETROIT = 1280, 320
PAGES = [
    "/",
    "/file",
    "/file?de=auditeur",
    "/file?de=tous&q=nqe",
    "/echeances?de=tous",
    "/en-retard?de=tous",
    "/bloques",
    "/dossiers",
    "/dossiers?q=introuvable-ici",
    "/recherche?q=passerelles",
    "/recherche?q=introuvable-ici",
    "/dossiers/{avis}",
    "/dossiers/{malveillant}",
    "/dossiers/{visa}?au=2026-01-21&connu_au=2026-02-01T10:00",
    "/dossiers/{visa}/comparer?du=2026-01-10&au=2026-02-01",
    "/seances",
    "/seances/{seance}",
    "/seances/{seance}?au=2026-01-21",
    "/dossiers/{avis}/paiements",
    "/dossiers/{avis}/avis/lien",
    "/dossiers/NQE-2026-AAAAA",
    "/campagnes",
    "/campagnes/NQE-2026",
    "/references?q=roubaix",
    "/aide",
    "/aide/instructeur",
    "/aide/glossaire",
    "/accessibilite",
    "/plan-du-site",
    "/connexion",
    "/preuve",
    "/second-facteur",
    "/sessions",
]

PAGES_D_AUDIT = [
    "/audit",
    "/audit/rejeu/{silence}?fait=8",
    "/audit/faits?numero={silence}",
    "/audit/faits/20",
    "/audit/refus",
    "/audit/preuves?ref={silence}",
    "/audit/questions/rejets-implicites",
    "/administration",
    "/campagnes/NQE-2026/simuler",
    "/jetons",
    "/jetons/creer",
    "/webhooks",
    "/webhooks/creer",
    "/teleservices",
    "/pilotage",
    "/pilotage/NQE-2026",
]


@pytest.fixture(scope="module")
def navigateur() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        raison = "chromium is absent: `make chromium` installs it as root on Debian (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(raison)
        pytest.skip(raison)
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=chromium)
        yield navigateur
        navigateur.close()


@pytest.fixture(scope="module")
def url(site: Site) -> Iterator[str]:
    """The site, served from a thread: the browser's own calls block this one."""
    prete, arret, adresse = threading.Event(), threading.Event(), list[str]()

    async def tenir() -> None:
        async with servir(site.application) as ouvert:
            adresse.append(ouvert.url)
            prete.set()
            await asyncio.to_thread(arret.wait)

    fil = threading.Thread(target=lambda: asyncio.run(tenir()))
    fil.start()
    assert prete.wait(10)
    yield adresse[0]
    arret.set()
    fil.join(10)


def connecte(navigateur: Browser, site: Site, url: str, login: str = "ines", **options: Any) -> BrowserContext:
    """A browser on which an agent is signed in."""
    nom, secret = site.temoin_de(login)
    contexte = navigateur.new_context(**options)
    contexte.add_cookies([{"name": nom, "value": secret, "url": url}])
    return contexte


class Fenetre:
    """One window before which agents sit in turn: to open one costs more than the page it shows."""

    def __init__(self, navigateur: Browser, site: Site, url: str, **options: Any) -> None:
        self._site, self._url = site, url
        self._page = navigateur.new_context(locale="fr-FR", **options).new_page()
        self._page.on("console", lambda dit: pytest.fail(dit.text) if "Content Security" in dit.text else None)
        self._page.set_default_timeout(ATTENTE_MS)

    def devant(self, login: str, adresse: str, largeur: int = LARGE) -> Page:
        """Sit an agent before a page."""
        nom, secret = self._site.temoin_de(login)
        self._page.context.clear_cookies()
        self._page.context.add_cookies([{"name": nom, "value": secret, "url": self._url}])
        elargir(self._page, largeur)
        self._page.goto(self._url + adresse.format(**self._site.refs))
        return self._page


def elargir(page: Page, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 800})


@pytest.fixture(scope="module")
def fenetre(navigateur: Browser, site: Site, url: str) -> Fenetre:
    return Fenetre(navigateur, site, url)


LARGEURS = pytest.mark.parametrize("largeur", [LARGE, ETROIT], ids=["large", "etroit"])


def violations(page: Page) -> list[str]:
    """Return what axe finds, each with the elements; it is read once a page, whose width may change."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    trouvees = page.evaluate("regles => axe.run(document, regles).then(resultat => resultat.violations)", REGLES)
    return [f"{v['id']}: {v['help']} {[noeud['html'] for noeud in v['nodes']]}" for v in trouvees]


def sans_violation(page: Page) -> None:
    assert violations(page) == [], page.url
    largeurs = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert largeurs[0] <= largeurs[1], f"{page.url} scrolls sideways: {largeurs}"
    assert page.locator("h1").count() == 1
    assert page.title().endswith("– Diligence")


def sans_violation_aux_deux_largeurs(page: Page) -> None:
    """Look at a page, then at the same one made narrow."""
    for largeur in (LARGE, ETROIT):
        elargir(page, largeur)
        assert page.evaluate("innerWidth") == largeur
        sans_violation(page)


@pytest.mark.parametrize("adresse", PAGES)
def test_aucune_violation_et_aucun_debordement(fenetre: Fenetre, adresse: str) -> None:
    sans_violation_aux_deux_largeurs(fenetre.devant("ines", adresse))


def test_une_violation_est_vue(fenetre: Fenetre) -> None:
    page = fenetre.devant("ines", "/aide")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    (vue,) = violations(page)
    assert vue.startswith("image-alt: ")
    assert "<img" in vue


@pytest.mark.parametrize("adresse", PAGES_D_AUDIT)
def test_l_audit_non_plus(fenetre: Fenetre, adresse: str) -> None:
    sans_violation_aux_deux_largeurs(fenetre.devant("admin", adresse))


def test_ce_que_voit_du_dehors_qui_a_un_lien_d_avis(fenetre: Fenetre, site: Site) -> None:
    liens, ref = site.application.state.portes.site.liens_d_avis, site.refs["avis"]
    dossier = site.services.trouver(Dossier, ref)
    secret = avis_par_lien.donner(site.services, liens, ref, "ville", tuple(avis_par_lien.recues(dossier)), "ines")
    sans_violation_aux_deux_largeurs(fenetre.devant("ines", f"/avis/{secret}"))


@LARGEURS
def test_le_clavier_atteint_la_premiere_ligne_de_la_file(fenetre: Fenetre, largeur: int) -> None:
    page = fenetre.devant("ines", "/file?de=tous", largeur)
    premier = page.locator("tbody tr").first.locator("th a")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    touches = 2
    while not premier.evaluate("lien => lien === document.activeElement"):
        page.keyboard.press("Tab")
        touches += 1
        assert touches <= 5, "skip link, its Enter, filter, button, then the row"
    page.keyboard.press("Enter")
    page.wait_for_url("**/seances/**")


@LARGEURS
def test_une_page_qui_reste_ouverte_dit_qu_elle_a_vieilli_et_se_recharge(
    url: str, navigateur: Browser, site: Site, largeur: int
) -> None:
    page = connecte(navigateur, site, url, viewport={"width": largeur, "height": 800}, locale="fr-FR").new_page()
    page.clock.install()
    page.goto(f"{url}/file?de=tous")
    dit, tete = page.locator(".fraicheur"), int(page.locator("[data-position]").get_attribute("data-position") or 0)
    with page.expect_response("**/position"):
        page.clock.fast_forward(3_000)
    expect(dit).to_have_text(re.compile(r"^Affichage de \d+\sh\s\d\d\smin\s\d\d\ss$"), use_inner_text=True)
    page.route("**/position", lambda route: route.fulfill(json={"position": tete + 1}))
    page.clock.fast_forward(3_000)
    expect(dit).to_contain_text("des faits ont été enregistrés depuis", use_inner_text=True)
    expect(dit).to_be_in_viewport()
    assert violations(page) == []
    page.route("**/position", lambda route: route.abort())
    page.clock.fast_forward(3_000)
    expect(dit).to_contain_text("le serveur ne répond pas", use_inner_text=True)
    page.route("**/position", lambda route: route.fulfill(json={"position": tete + 1}))
    page.clock.fast_forward(3_000)
    with page.expect_navigation():
        dit.get_by_role("link", name="Recharger").click()
    assert page.url == f"{url}/file?de=tous"
    page.context.close()


@LARGEURS
def test_le_lien_d_evitement_mene_au_contenu(fenetre: Fenetre, largeur: int) -> None:
    page = fenetre.devant("ines", "/dossiers", largeur)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    assert page.locator(".evitement").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_le_papier_n_a_ni_menu_ni_formulaire(url: str, navigateur: Browser, site: Site) -> None:
    page = connecte(navigateur, site, url).new_page()
    page.goto(f"{url}/dossiers/{site.refs['avis']}")
    page.emulate_media(media="print")
    for hors_papier in ("nav", "form", "footer"):
        assert not page.locator(hors_papier).first.is_visible()
    assert page.get_by_text("Historique").is_visible()
    page.close()


def test_on_change_de_role_en_un_clic(url: str, navigateur: Browser, site: Site) -> None:
    """Without a script, from a page with a filter, and one is back on it; the first page takes one click too."""
    contexte = navigateur.new_context(java_script_enabled=False)
    page = contexte.new_page()
    page.goto(f"{url}/dossiers?etat=clos")
    page.get_by_role("button", name="ines (Instructeur)").click()
    for agent in ("rene", "aline", "admin"):
        assert page.url == f"{url}/dossiers?etat=clos"
        page.get_by_role("button", name=agent).click()
        assert page.locator(".moi strong").inner_text() == agent
    page.get_by_role("button", name="Se déconnecter").click()
    assert page.url == f"{url}/connexion"
    contexte.close()
