"""A stranger before the demo, who types one address: the day of each role, as the guides tell it, with their screens.

`make ecrans` takes the screens again, on the demo as it is met; elsewhere it has a tenth of the rows taken over. Its numbers,
dates and amounts are those of the play, the same each time: only what changes on the site changes a screen.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect

from tests.acceptance.conftest import PHOTOGRAPHIER
from tests.acceptance.servie import Servie
from tests.web.parcours import ATTENTE_MS, Main
from tests.web.test_navigateur import navigateur as navigateur

pytestmark = [pytest.mark.temporal, pytest.mark.navigateur]
ECRANS: Final = Path(__file__).parents[2] / "docs" / "guide" / "ecrans"
A_L_HEURE: Final = ".fraicheur { visibility: hidden }"
"""The only hours of a page that are those of the machine."""
LARGEUR, HAUTEUR = 1000, 480
PEU: Final = 24
"""Actions of a journey of a few minutes."""


@pytest.fixture
def page(request: pytest.FixtureRequest, navigateur: Browser) -> Iterator[Page]:
    """Her browser, as wide as the guides show it or as the test asks."""
    largeur = LARGEUR if PHOTOGRAPHIER else getattr(request, "param", LARGEUR)
    page = navigateur.new_context(viewport={"width": largeur, "height": 720}, locale="fr-FR").new_page()
    page.set_default_timeout(ATTENTE_MS)
    yield page
    page.context.close()


@pytest.fixture
def main(page: Page, veille: Servie) -> Main:
    """Her hand, before the first page: it is the only address that is ever typed."""
    page.goto(veille.site)
    return Main(page)


@pytest.fixture
def photographier(page: Page) -> Callable[..., None]:
    """Return what keeps a screen for the guides, from one of its parts on, when asked to."""

    def garder(nom: str, depuis: str = "main", hauteur: int = HAUTEUR) -> None:
        if PHOTOGRAPHIER:
            ECRANS.mkdir(exist_ok=True)
            haut = page.locator(depuis).first.evaluate("partie => partie.getBoundingClientRect().top + scrollY")
            cadre: FloatRect = {"x": 0, "y": haut, "width": LARGEUR, "height": hauteur}
            page.mouse.move(0, 0)
            page.screenshot(
                path=ECRANS / f"{nom}.png", full_page=True, clip=cadre, animations="disabled", style=A_L_HEURE
            )

    return garder


def test_l_instruction(main: Main, photographier: Callable[..., None]) -> None:
    """She declares a dossier complete in one click, undoes it, is refused an amount without a reason; another approves."""
    main.cliquer("button", "ines (Instructeur)")
    main.voir("Votre journée")
    photographier("accueil")
    main.cliquer("link", "File")
    photographier("file", hauteur=600)
    main.cliquer("button", "Déclarer complet")
    main.voir("Dossier déclaré complet")
    photographier("recu", hauteur=360)
    assert main.actions == 3
    main.cliquer("button", "Défaire ce geste")
    main.voir("Annuler la déclaration de complétude")
    main.cliquer("link", "File")
    main.cliquer("button", "Déclarer complet")

    main.cliquer("link", "Demander des pièces")
    photographier("pieces")
    main.cliquer("link", "‹ Dossier")
    main.voir("Pourquoi ce dossier attend")
    photographier("attente", hauteur=560)

    main.cliquer("link", "File")
    main.cliquer("link", "Proposer un montant")
    main.saisir("Montant proposé", "3 000,00")
    main.cliquer("button", "Continuer")
    main.voir("Ce geste ne se défait pas.")
    photographier("verifier", hauteur=320)
    main.cliquer("button", "Proposer un montant")
    main.voir("Motif : Le règlement calcule")
    photographier("refus", hauteur=400)

    main.cliquer("button", "rosa")
    main.cliquer("link", "File")
    main.cliquer("link", "Viser")
    main.voir("demandés")
    photographier("visa", hauteur=320)
    main.cliquer("button", "Viser")
    main.voir("Proposition visée")


def test_la_seance(main: Main, photographier: Callable[..., None]) -> None:
    """She brings the clock to the day of the sitting, opens it, and votes a line with a déport."""
    main.cliquer("button", "samir (Service des assemblées)")
    main.cliquer("link", "Séances")
    main.cliquer("link", "28 avril 2026")
    photographier("seance", hauteur=440)
    main.cliquer("button", "Avancer l’horloge au 28 avril 2026")
    main.cliquer("link", "Revenir à la page d’avant")
    main.cliquer("link", "Ouvrir la séance")
    photographier("presences")
    main.cliquer("button", "Continuer")
    main.cliquer("button", "Ouvrir la séance")
    main.cliquer("link", "Tenir le scrutin")
    main.saisir("Déports", "02")
    photographier("scrutin", hauteur=560)
    main.cliquer("button", "Enregistrer et passer")
    main.voir("Ligne 1 : adoption (14 pour, 0 contre, 0 abstention, 1 déport).")
    assert main.actions <= PEU
    main.saisir("Déports", "99")
    main.cliquer("button", "Enregistrer et passer")
    main.voir("aucun vote n’est enregistré")
    photographier("refus-scrutin")


def test_l_argent(main: Main, page: Page, photographier: Callable[..., None]) -> None:
    """She is refused a wrong total, signs the bordereau by the right one, and sees what waits of finance."""
    main.cliquer("button", "odile (Ordonnateur)")
    main.cliquer("link", "Finance")
    main.cliquer("link", "BORD-2026-04-23-1")
    photographier("bordereau", hauteur=760)
    main.saisir("Total à saisir", "4 211,00")
    main.cliquer("button", "Signer le bordereau")
    main.voir("rien n’est enregistré")
    photographier("refus-total", hauteur=320)
    main.cliquer("link", "‹ Bordereau")
    main.saisir("Total à saisir", "4 211,30")
    main.cliquer("button", "Signer le bordereau")
    main.voir("Bordereau signé")
    assert main.actions <= PEU

    main.cliquer("button", "felix")
    main.cliquer("link", "File")
    main.cliquer("link", "Valider les coordonnées")
    photographier("rib", hauteur=360)
    main.cliquer("link", "Finance")
    photographier("finance")
    main.cliquer("link", "Enveloppes")
    main.cliquer("link", "nqe-2026-fonctionnement")
    photographier("enveloppe")


@pytest.mark.parametrize("page", [320], indirect=True)
def test_elle_trouve(main: Main, page: Page, photographier: Callable[..., None]) -> None:
    """A dossier late and why, the vote of one line, the reason of one payment, an état on a past date and what changed."""
    main.cliquer("button", "aude (Auditeur)")
    main.cliquer("link", "en retard, et pourquoi")
    main.voir("rejet implicite né")
    photographier("retard", hauteur=600)
    page.locator("table").last.get_by_role("link").first.click()
    main.voir("Pourquoi ce dossier attend")

    main.cliquer("link", "Séances")
    main.cliquer("link", "10 mars 2026")
    main.cliquer("link", "DEL-")
    main.voir("chacune avec son vote")
    main.voir("abstention : elu-09")
    photographier("vote", "#t-lignes")
    page.locator(".votes").get_by_role("link").first.click()

    main.cliquer("link", "Pourquoi ces paiements")
    main.voir("Chaque acte repose sur celui d’en dessous.")
    photographier("paiement", hauteur=560)
    main.cliquer("link", "‹ NQE-2026")
    main.saisir("Ce qui était vrai au", "2026-03-05")
    main.cliquer("button", "Voir")
    main.voir("Vous lisez le dossier au 5 mars 2026")
    main.voir("Inscrit à l’ordre du jour")
    photographier("passe")
    assert main.actions <= PEU, "within five minutes"

    main.cliquer("link", "Revenir à aujourd’hui")
    main.saisir("Du", "2026-03-08")
    main.cliquer("button", "Comparer")
    main.voir("Ce qui a changé")
    photographier("comparer", "#t-change")
    main.cliquer("link", "‹ NQE-2026")


def test_l_audit_et_l_administration(main: Main, page: Page, photographier: Callable[..., None]) -> None:
    """A dossier is played again fact by fact; a role is given, by an act that is asked for."""
    main.cliquer("button", "aude (Auditeur)")
    main.cliquer("link", "Audit")
    photographier("audit")
    photographier("questions", "#t-questions", hauteur=320)
    main.voir("Silences qui ont valu rejet")
    main.cliquer("link", "Dossiers")
    numero = page.locator("main").get_by_role("link", name="NQE-2026-").first.inner_text()
    main.cliquer("link", "Audit")
    main.saisir("Numéro du dossier", numero)
    main.cliquer("button", "Rejouer")
    main.voir("L’état alors")
    assert page.locator("h1").inner_text() == f"Rejeu de {numero}"
    pas = page.locator("nav.pas strong")
    alors = pas.inner_text()
    main.cliquer("link", "‹ Fait")
    expect(pas).not_to_have_text(alors)
    page.go_back()
    expect(pas).to_have_text(alors)
    photographier("rejeu", hauteur=560)

    main.cliquer("button", "admin")
    main.cliquer("link", "Administration")
    photographier("administration")
    assert {"ines", "aude", "admin"} <= set(page.get_by_role("rowheader").all_inner_texts())
    main.cliquer("link", "Accorder un rôle")
    main.cliquer("button", "Continuer")
    main.voir("rien n’est enregistré")
    assert "Acte" in page.locator("#erreurs").inner_text()
    photographier("role", hauteur=400)
    main.cliquer("link", "Campagnes")
    main.cliquer("link", "NQE-2026")
    main.voir("une valeur sans source")
    photographier("campagne", hauteur=560)
    assert main.actions <= PEU
