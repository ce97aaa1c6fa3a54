"""The journeys of every day, counted: each in its few actions, with a script and without, on a large screen and a small one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, count, repeat

import pytest
from playwright.sync_api import Browser, expect

from scenarios.institution import SERVICE
from tests.application.argent import attribuer, fixer, mandater, payer, valider_iban
from tests.application.seance import Region
from tests.moteur import AVEC_GRILLE, PIECES, REMISE, deposer, la_campagne, un_depot
from tests.web.fabrique import Site
from tests.web.parcours import Main
from tests.web.region import ouvrir_site_de_region
from tests.web.test_navigateur import Fenetre
from tests.web.test_navigateur import navigateur as navigateur
from tests.web.test_navigateur import url as url

pytestmark = pytest.mark.navigateur
ORDRES = 24
"""Orders of the first bordereau signed; the next ones have one: the actions are as many."""
DOSSIERS = 60
"""Asked an avis at once."""
PARTENAIRES = count(1)
ECRANS = [(1280, True), (320, False), (1280, False), (320, True)]


@dataclass
class Bureau:
    """A Région at work in June: a sitting is open, orders wait for a signature, dossiers for everything else."""

    region: Region
    site: Site
    attribues: Iterator[str]
    ordres: Iterator[int]
    """How many of them go to the next bordereau."""
    en_attente: str
    """Waits for pièces since January; the silence of two months has passed."""
    paye: str

    def a_signer(self, ordres: int) -> str:
        """Bring so many orders to a bordereau; return its total as a person types it."""
        for _ in range(ordres):
            mandater(self.region, next(self.attribues))
        self.region.moteur()
        return f"{ordres * 7112}"

    def deposer(self, pieces: tuple[str, ...] = PIECES) -> str:
        ref = deposer(self.site.services, pieces=pieces, le=None, lot=None).ref
        self.region.moteur()
        return ref


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    with ouvrir_site_de_region(tmp_path_factory.mktemp("parcours")) as (region, site):
        en_attente = deposer(site.services, pieces=("statuts", "budget"), le=None, lot=None).ref
        demande = {"pieces": "rib,attestation_cer", "delai": "15 jours"}
        region.faire("dossier demander-pieces", "ines", dossier=en_attente, **demande)
        region.faire("dossier enregistrer-remise", "ines", dossier=en_attente, **REMISE)
        region.faire("agent enregistrer", "admin", identifiant="aude", roles="auditeur")
        paye, *attribues = attribuer(region, ORDRES + len(ECRANS) + 2)
        for rang, ref in enumerate((paye, *attribues)):
            valider_iban(region, ref, rang % 2)
            fixer(region, ref)
        payer(region, paye)
        for _ in range(DOSSIERS):
            ref = deposer(site.services, pieces=PIECES, le=None, lot=None).ref
            region.faire("dossier declarer-complet", "ines", dossier=ref)
        a_declarer = [deposer(site.services, pieces=PIECES, le=None, lot=None).ref for _ in range(2 * len(ECRANS) + 2)]
        region.moteur()
        region.faire("campagne declarer-service", "admin", campagne="NQE-2026", **SERVICE)
        region.faire("campagne ouvrir", "admin", fichier=la_campagne(2026, AVEC_GRILLE))
        for ref in a_declarer:
            region.faire("dossier accuser-reception", "ines", dossier=ref, canal="main_propre")
        yield Bureau(region, site, iter(attribues), chain([ORDRES], repeat(1)), en_attente, paye)


@pytest.fixture(scope="module")
def site(bureau: Bureau) -> Site:
    return bureau.site


@pytest.fixture(scope="module")
def fenetres(navigateur: Browser, site: Site, url: str) -> Callable[[bool], Fenetre]:
    """One window with scripts, one without."""
    return cache(lambda script: Fenetre(navigateur, site, url, java_script_enabled=script))


@pytest.fixture(params=ECRANS, ids=lambda e: f"{e[0]}{'' if e[1] else '-sans-script'}")
def ecran(request: pytest.FixtureRequest, fenetres: Callable[[bool], Fenetre]) -> "Ecran":
    largeur, script = request.param
    return Ecran(fenetres(script), largeur)


@dataclass
class Ecran:
    """A window of that width."""

    fenetre: Fenetre
    largeur: int

    def devant(self, login: str, adresse: str) -> Main:
        """Sit somebody before a page; what is done from there is counted."""
        return Main(self.fenetre.devant(login, adresse, self.largeur))


def test_declarer_complet_puis_ouvrir_le_suivant_depuis_la_file_puis_depuis_le_dossier(ecran: Ecran) -> None:
    main = ecran.devant("ines", "/file?etape=recu")
    main.cliquer("button", "Déclarer complet")
    main.voir("Dossier déclaré complet")
    main.appuyer("Enter")
    main.page.wait_for_url("**/dossiers/NQE-*")
    assert (main.clics, main.touches, main.actions) == (1, 1, 2)
    main.cliquer("button", "Déclarer complet")
    main.voir("Dossier déclaré complet")
    ici = main.page.locator("h1").inner_text()
    main.appuyer("Enter")
    expect(main.page.locator("h1")).not_to_have_text(ici)
    main.voir("Pourquoi ce dossier attend")
    assert (main.clics, main.touches, main.actions) == (2, 2, 4), "the list was not seen again"


def test_verifier_les_pieces_puis_declarer_complet(ecran: Ecran, bureau: Bureau) -> None:
    """Where the règlement wants its pièces looked at: all are right in one click, then one declares."""
    ref = bureau.region.faire("dossier deposer", "ines", **un_depot(campagne=AVEC_GRILLE)).ref
    bureau.region.moteur()
    main = ecran.devant("ines", f"/dossiers/{ref}")
    main.cliquer("button", "Tout est vérifié")
    main.voir("Pièces vérifiées")
    main.cliquer("button", "Déclarer complet")
    main.voir("Dossier déclaré complet")
    assert main.actions == main.clics == 2


def test_demander_deux_pieces(ecran: Ecran, bureau: Bureau) -> None:
    ref = bureau.deposer(("statuts", "budget"))
    main = ecran.devant("ines", f"/dossiers/{ref}")
    main.cliquer("link", "Demander des pièces")
    main.cliquer("checkbox", "Relevé d’identité bancaire")
    main.cliquer("checkbox", "Souscription au contrat d’engagement républicain")
    main.cliquer("button", "Continuer")
    main.cliquer("button", "Demander des pièces")
    main.voir("Demande à remettre")  # asked is not received: nothing is suspended yet
    assert main.actions == main.clics == 5


def test_demander_un_avis_a_soixante_dossiers(ecran: Ecran) -> None:
    """From one's whole queue: what cannot be asked is left as it is."""
    main = ecran.devant("ines", "/file")
    main.ouvrir("Faire un geste sur plusieurs dossiers")
    main.cliquer("checkbox", "Toutes les lignes")
    main.cliquer("button", "Demander un avis")
    main.taper(f"ville-{next(PARTENAIRES)}")
    main.cliquer("button", "Demander un avis")
    traites = main.attendre(r"Terminé.* sur \d+, (\d+)\sdossiers traités")
    assert int(traites) >= DOSSIERS
    assert main.clics <= 4
    assert main.actions <= 5


def test_pourquoi_un_dossier_attend(ecran: Ecran, bureau: Bureau) -> None:
    """From the list, its number typed; the answer is read without scrolling on a large screen."""
    main = ecran.devant("aude", "/dossiers")
    main.saisir("Numéro", bureau.en_attente)
    main.appuyer("Enter")
    main.voir("Pourquoi ce dossier attend")
    assert main.actions == 2
    boite = main.page.locator(".pourquoi td").first.bounding_box()
    assert boite is not None
    assert main.page.viewport_size is not None
    assert main.page.viewport_size["width"] < 1280 or boite["y"] + boite["height"] < 720


def test_l_etat_passe_et_la_difference_de_deux_dates(ecran: Ecran, bureau: Bureau) -> None:
    main = ecran.devant("aude", f"/dossiers/{bureau.paye}")
    main.saisir("Ce qui était vrai au", "2026-06-17")
    main.cliquer("button", "Voir")
    main.voir("Vous lisez le dossier")
    assert main.actions == 2
    main = ecran.devant("aude", f"/dossiers/{bureau.paye}")
    main.saisir("Du", "2026-01-15")
    main.saisir("Au", "2026-06-18")
    main.cliquer("button", "Comparer")
    main.voir("Ce qui a changé")
    assert main.actions == 3


def test_signer_un_bordereau(ecran: Ecran, bureau: Bureau) -> None:
    total = bureau.a_signer(next(bureau.ordres))
    main = ecran.devant("olga", "/file")
    main.cliquer("link", "Signer le bordereau")
    main.saisir("Total", total)
    main.cliquer("button", "Continuer")
    main.cliquer("button", "Signer le bordereau")
    main.voir("Bordereau signé")
    assert main.actions <= 5


def test_changer_de_role(ecran: Ecran) -> None:
    main = ecran.devant("ines", "/dossiers?etat=clos")
    main.cliquer("button", "olga")
    assert main.page.url.endswith("/dossiers?etat=clos")
    assert main.page.locator(".moi strong").inner_text() == "olga"
    assert main.actions == 1
