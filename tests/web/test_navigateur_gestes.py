"""The forms in the system's Chromium: no violation, no sideways scroll, few clicks, the Enter key sends and adds no row."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from application.commandes import FichierRecu
from tests.moteur import EXEMPLES, PIECES, deposer, faire
from tests.web.fabrique import Site, ouvrir_site
from tests.web.test_navigateur import LARGEURS, Fenetre, sans_violation, sans_violation_aux_deux_largeurs
from tests.web.test_navigateur import fenetre as fenetre
from tests.web.test_navigateur import navigateur as navigateur
from tests.web.test_navigateur import url as url

pytestmark = pytest.mark.navigateur
FORMULAIRES = (
    ("ines", "/dossiers/gestes/deposer?campagne=NQE-2026"),
    ("ines", "/dossiers/{pieces}/gestes/demander-pieces"),
    ("ines", "/dossiers/{pieces}/gestes/recevoir-piece"),
    ("rene", "/dossiers/{pieces}/gestes/viser"),
    ("aline", "/seances/{seance}/gestes/noter-presence"),
    ("aline", "/deliberations/gestes/preparer"),
    ("admin", "/campagnes/gestes/ouvrir"),
    ("admin", "/agents/gestes/enregistrer"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A store of its own: these tests write."""
    with ouvrir_site(tmp_path_factory.mktemp("gestes")) as site:
        composition = (EXEMPLES / "seance" / "assemblee.yaml").read_bytes()
        faire(site.services, "assemblee composer", "aline", fichier=FichierRecu("cp.yaml", composition))
        yield site


@pytest.mark.parametrize(("login", "adresse"), FORMULAIRES)
def test_aucune_violation_et_aucun_debordement(fenetre: Fenetre, login: str, adresse: str) -> None:
    page = fenetre.devant(login, adresse)
    page.locator("details").evaluate_all("blocs => blocs.forEach(bloc => bloc.open = true)")
    sans_violation_aux_deux_largeurs(page)


@LARGEURS
def test_la_faute_la_verification_le_conflit_et_le_recu_se_lisent(fenetre: Fenetre, site: Site, largeur: int) -> None:
    ref = deposer(site.services, pieces=PIECES, le=None, lot=None).ref
    page = fenetre.devant("ines", f"/dossiers/{ref}/gestes/retirer", largeur)
    page.get_by_role("button", name="Continuer").click()
    assert page.title().startswith("Erreur : ")
    sans_violation(page)
    page.get_by_role("link", name="Motif : à remplir.").click()
    assert page.evaluate("document.activeElement.id") == "motif"
    page.keyboard.type("le porteur renonce")
    page.get_by_role("button", name="Continuer").click()
    sans_violation(page)
    faire(site.services, "dossier declarer-complet", "ines", dossier=ref)
    page.get_by_role("button", name="Enregistrer le retrait").click()
    assert page.get_by_text("Dossier déclaré complet").is_visible()
    sans_violation(page)
    page.get_by_role("button", name="Enregistrer sur la version à jour").click()
    page.wait_for_url(f"**/dossiers/{ref}?recu=*")
    sans_violation(page)


def test_la_touche_entree_envoie_le_formulaire_et_n_ajoute_aucune_ligne(fenetre: Fenetre) -> None:
    page = fenetre.devant("ines", "/dossiers/gestes/deposer?campagne=NQE-2026")
    page.locator("#budget-charges-0-poste").fill("60")
    page.keyboard.press("Enter")
    page.wait_for_selector("#erreurs")
    assert page.title().startswith("Erreur : ")
    assert page.locator("#budget-charges-0-poste").input_value() == "60"
    assert page.locator("#budget-charges-1-poste").count() == 0
    page.evaluate("window.restee = true")
    page.get_by_role("button", name="Ajouter une ligne (charges)").click()
    page.wait_for_selector("#budget-charges-1-poste")
    assert page.evaluate("window.restee && document.activeElement.id") == "budget-charges-1-poste", "no new page"
    assert page.locator("#budget-charges-1-poste").is_visible()
    assert page.locator("#budget-charges-0-poste").input_value() == "60"


@LARGEURS
def test_un_formulaire_ouvert_dit_avant_l_envoi_que_son_dossier_a_change(
    fenetre: Fenetre, site: Site, largeur: int
) -> None:
    """What happens to another dossier is none of its business."""
    ici, ailleurs = (deposer(site.services, pieces=PIECES, le=None, lot=None).ref for _ in range(2))
    page = fenetre.devant("ines", f"/dossiers/{ici}/gestes/retirer", largeur)
    page.reload()
    dit = page.locator(".fraicheur")
    faire(site.services, "dossier noter", "ines", dossier=ailleurs, texte="exemple fictif")
    page.evaluate("comparer(ligne)")
    expect(dit).not_to_contain_text("enregistré", use_inner_text=True)
    faire(site.services, "dossier noter", "ines", dossier=ici, texte="exemple fictif")
    expect(dit).to_contain_text("quelque chose y a été enregistré", use_inner_text=True, timeout=10_000)
    sans_violation(page)
