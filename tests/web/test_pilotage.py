"""Pilotage, administration and help as pages: each figure leads to its dossiers, each table goes to a spreadsheet."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from tests.application.vecue import vivre
from tests.web.fabrique import Site
from tests.web.region import ouvrir_site_de_region

LIEN = re.compile(r'<a href="(/dossiers\?[^"]+)"><span>([^<]+)</span> <strong>([0-9]+) ')


@pytest.fixture(scope="module")
def paye(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site_de_region(tmp_path_factory.mktemp("pilotage")) as (region, site):
        vivre(region)
        yield site


def lire(client: TestClient, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, reponse.text
    return unescape(reponse.text)


def test_chaque_barre_mene_aux_dossiers_qu_elle_compte(paye: Site) -> None:
    client = paye.client_de("rene")
    page = client.get("/pilotage/NQE-2026").text
    barres = LIEN.findall(page)
    assert [(nom, int(nombre)) for _, nom, nombre in barres] == [
        ("Déposés", 4),
        ("Complets", 4),
        ("Instruits", 4),
        ("Proposés", 4),
        ("Votés", 3),
        ("Engagés", 3),
        ("Payés", 1),
    ]
    for lien, _, nombre in barres:
        assert f"{nombre}\u00a0dossier" in lire(client, unescape(lien))
    assert page.count('role="img"') == page.count("<title>") - 1  # the page has one too
    assert "nqe-2026-fonctionnement" in page
    assert "Nouveau Roubaix" in page
    assert 'style="' not in page


@pytest.mark.parametrize("table", ["entonnoir", "credits", "delais", "qpv", "commune"])
def test_chaque_tableau_s_ouvre_dans_un_tableur(paye: Site, table: str) -> None:
    reponse = paye.client_de("fanny").get(f"/pilotage/NQE-2026?table={table}")
    assert reponse.headers["content-type"] == "text/csv; charset=utf-8"
    lignes = reponse.text.splitlines()
    assert lignes[0].startswith("\ufeff")
    assert len(lignes) > 1
    assert len({ligne.count(";") for ligne in lignes}) == 1


def test_une_campagne_inconnue_n_a_pas_de_pilotage(site: Site) -> None:
    assert site.client_de("rene").get("/pilotage/AUTRE-2026").status_code == 404
    assert site.client_de("rene").get("/pilotage").status_code == 200
    assert site.client_de("ines").get("/pilotage").status_code == 403


def test_l_administration_dit_qui_tient_quoi_depuis_quand_et_par_quel_acte(paye: Site) -> None:
    client = paye.client_de("admin")
    donnees = {"role": "assemblees", "acte": "arrêté fictif 12", "confirme": "1"}
    formulaire = client.get("/habilitations/fanny/gestes/accorder").text
    caches = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', formulaire))
    assert client.post("/habilitations/fanny/gestes/accorder", data={**caches, **donnees}).status_code == 303
    page = lire(client, "/administration")
    assert "arrêté fictif 12" in page
    assert "à l’enregistrement" in page
    assert "aucun compte" in page
    assert 'href="/absences/fanny/gestes/declarer?vers=/administration"' in page
    assert paye.client_de("ines").get("/administration").status_code == 403


def test_une_campagne_dit_ce_que_son_reglement_sait_et_ne_sait_pas(client: TestClient) -> None:
    assert 'href="/campagnes/NQE-2026"' in lire(client, "/campagnes")
    page = lire(client, "/campagnes/NQE-2026").replace("\u00a0", " ").replace("\u202f", " ")
    assert "15 paramètres sourcés, 10 inconnus" in page
    for dit in ("60 %", "15 000,00 €", "du 01/07/2026 au 31/08/2026", "exemple fictif", "Inconnu"):
        assert dit in page, dit
    assert "Sans règlement" in lire(client, "/campagnes/REPRISE-CONVENTIONS-49")


def test_les_references_disent_ce_qui_reste_a_confirmer(client: TestClient) -> None:
    page = lire(client, "/references?q=roubaix")
    assert "À confirmer" in page
    assert "CRPA" in page
    assert 'href="/dossiers?qpv=QN05981M"' in page
    assert "Faubourg" not in page


def test_l_aide_montre_les_guides_sans_mener_ailleurs(client: TestClient) -> None:
    page = lire(client, "/aide")
    assert page.index("Votre guide") < page.index('href="/aide/instructeur"') < page.index("Par rôle")
    guide = client.get("/aide/instructeur").text
    assert 'href="/aide/administrateur"' in guide
    assert guide.count("<h1>") == 1
    assert "rejet implicite" in lire(client, "/aide/glossaire")
    ecran = re.search(r'<img src="(/aide/ecrans/[a-z-]+\.png)" alt="[^"]+"', client.get("/aide/site").text)
    assert ecran is not None
    image = client.get(ecran[1])
    assert (image.status_code, image.headers["content-type"]) == (200, "image/png")
    assert client.get("/aide/ecrans/inconnu.png").status_code == 404
    assert client.get("/aide/inconnu").status_code == 404
    assert client.get("/aide/..%2F..%2FREADME").status_code == 404
