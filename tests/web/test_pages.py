"""The pages: what they say, what they refuse, and that every link leads somewhere."""

import re
from base64 import urlsafe_b64encode
from collections import Counter
from gzip import compress
from html import unescape

import pytest
from fastapi.testclient import TestClient

from application.noms import OUBLIE
from tests.conftest import Dire
from tests.epreuves import compte
from tests.web.fabrique import MALVEILLANT, Site

NBSP = "\u00a0"
LIEN = re.compile(r'href="([^"]+)"')
NOTRE_SCRIPT = r' src="/static/site\.js\?[0-9a-f]{10}" defer></script>'
EN_LIGNE = re.compile(rf"<script(?!{NOTRE_SCRIPT})|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)


POIDS = 60_000
"""Of a page as it is sent, in octets."""
PAR_SORTE = compte(12, 1_000_000)
"""Addresses read of each sort: dossiers of one take-over are hundreds of the same pages."""


def sorte(adresse: str) -> str:
    """Return an address without what tells it from those of its sort: numbers, and the values of its query."""
    chemin, _, question = adresse.partition("?")
    return re.sub(r"\d[\w-]*", "#", chemin) + "?" + "&".join(re.findall(r"(?:^|(?<=&))\w+", question))


def texte(client: TestClient, adresse: str, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut, adresse
    assert reponse.headers["content-type"] == "text/html; charset=utf-8"
    return str(reponse.text)


def lignes(page: str) -> int:
    return page.split("<tbody", 1)[1].count("<tr")


def test_chaque_lien_du_site_mene_a_une_page_sans_rien_en_ligne(client: TestClient, dire: Dire) -> None:
    a_voir, vus, sortes = ["/"], set[str](), Counter[str]()
    while a_voir:
        adresse = a_voir.pop()
        vus.add(adresse)
        sortes[sorte(adresse)] += 1
        if sortes[sorte(adresse)] > PAR_SORTE:
            continue
        reponse = client.get(adresse)
        assert reponse.status_code == 200, adresse
        if "html" not in reponse.headers["content-type"]:
            continue
        assert not EN_LIGNE.search(reponse.text), adresse
        assert len(compress(reponse.content, 5)) < POIDS, adresse
        for lien in map(unescape, LIEN.findall(reponse.text)):
            propre = lien.partition("#")[0]
            assert propre == "" or propre.startswith("/"), f"{adresse} sends elsewhere: {lien}"
            if propre and "connu_au" not in propre and propre not in vus | set(a_voir):
                a_voir.append(propre)
    dire(
        f"{sum(min(vues, PAR_SORTE) for vues in sortes.values())} of {len(vus)} addresses read, of {len(sortes)} sorts"
    )
    assert any(adresse.startswith("/file?de=tous&apres=") for adresse in vus)
    assert {"/file?de=tous&", "/accessibilite", "/plan-du-site", "/dossiers?etat=decide"} <= vus


def test_les_ancres_des_faits_existent(site: Site, client: TestClient) -> None:
    page = texte(client, f"/dossiers/{site.refs['avis']}")
    assert {ancre[1:] for ancre in LIEN.findall(page) if ancre.startswith("#fait-")} == {
        f"fait-{n}" for n in range(1, 15)
    }
    assert all(f'id="fait-{n}"' in page for n in range(1, 15))


def test_l_accueil_compte_et_dit_l_accessibilite(client: TestClient) -> None:
    page = texte(client, "/")
    assert f"Accessibilité{NBSP}: non conforme" in unescape(page)
    assert '<strong>73</strong><a href="/dossiers">dossiers</a>' in page
    assert 'href="/file?de=instructeur"' in page


def test_l_accueil_dit_a_chacun_sa_journee_et_ce_qu_il_peut_commencer(site: Site) -> None:
    instructrice, assemblees = (texte(site.client_de(login), "/") for login in ("ines", "aline"))
    assert "Aucun en retard, aucun avant vendredi soir" in instructrice
    assert "86 attendent quelqu’un d’autre" in instructrice
    assert "Déposer un dossier" in instructrice
    assert "Ce qu’on attend de vous d’abord" in instructrice
    assert site.refs["pieces"] in instructrice
    assert "Déposer un dossier" not in assemblees
    assert "Prévoir une séance" in assemblees
    assert 'href="/file?quoi=en_retard">1 en retard' in assemblees


@pytest.mark.parametrize("adresse", ["/", "/file", "/dossiers", "/accessibilite", "/plan-du-site", "/nulle-part"])
def test_une_repetition_est_marquee_sur_chaque_page(client: TestClient, adresse: str) -> None:
    page = client.get(adresse).text
    assert f"<strong>Répétition</strong> — horloge au 12{NBSP}juin{NBSP}2026" in page


def _lien(page: str, rel: str) -> str:
    return unescape(re.search(rf'href="([^"]+)" rel="{rel}"', page)[1])  # type: ignore[index]


def test_la_file_met_le_retard_d_abord_et_compte_ce_qu_elle_montre(site: Site, client: TestClient) -> None:
    page = texte(client, "/file?de=tous")
    premiere = page.split("<tbody", 1)[1].split("</tr>", 1)[0]
    assert f"En retard de 11{NBSP}jours" in premiere
    assert site.refs["seance"] in premiere
    total = int(re.search(r'role="status">(\d+)', page).group(1))  # type: ignore[union-attr]
    assert (lignes(page), f"Lignes 1 à 50 sur {total}" in page) == (50, True)
    suite = texte(client, _lien(page, "next"))
    assert (lignes(suite), f"Lignes 51 à {total} sur {total}" in suite) == (total - 50, True)
    assert _lien(suite, "prev") == "/file?de=tous&"
    rien = urlsafe_b64encode(b"~").decode().rstrip("=")
    assert "Cette page est vide" in texte(client, f"/file?de=tous&apres={rien}")


def test_la_file_se_filtre_par_role(site: Site, client: TestClient) -> None:
    page = texte(client, "/file?de=porteur")
    assert f"1{NBSP}geste attendu" in page
    assert site.refs["pieces"] in page
    assert "Pièces à produire" in page
    assert "Recevoir une pièce" in page
    assert "Rien n’est attendu" in texte(client, "/file?de=auditeur")
    assert "Rôle inconnu" in texte(client, "/file?de=roi", 422)
    assert "Valeur impossible dans l’adresse" in texte(client, f"/file?apres={'a' * 3000}", 422)
    assert "n’est pas de celles que donne une liste" in texte(client, "/file?apres=deux", 422)


def test_les_dossiers_se_cherchent_sans_accent_ni_casse(site: Site, client: TestClient) -> None:
    page = texte(client, "/dossiers?q=FETE%20tilleuls")
    assert lignes(page) == 1
    assert site.refs["malveillant"] in page
    assert "Aucun dossier ne correspond" in texte(client, "/dossiers?q=introuvable-ici")
    assert lignes(texte(client, "/dossiers?etat=clos")) == 1
    assert "État inconnu" in texte(client, "/dossiers?etat=perdu", 422)


def test_un_numero_exact_mene_au_dossier(site: Site, client: TestClient) -> None:
    reponse = client.get("/dossiers", params={"q": f" {site.refs['avis'].lower()} "})
    assert (reponse.status_code, reponse.headers["location"]) == (303, f"/dossiers/{site.refs['avis']}")


def test_un_dossier_dit_pourquoi_il_attend(site: Site, client: TestClient) -> None:
    page = texte(client, f"/dossiers/{site.refs['avis']}")
    assert "Pourquoi ce dossier attend" in page
    assert f"Avis{NBSP}: ville" in page
    assert "L’avis sera réputé rendu." in page
    assert "Rejet implicite né du silence" in page
    assert f"règlement NQE, version{NBSP}3" in page
    assert f"12\u202f000,00{NBSP}€" in page


def test_le_budget_de_la_demande_se_lit_avec_ses_financeurs_puis_sans_leurs_noms(
    site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def financeurs(ref: str) -> list[str]:
        produits = texte(client, f"/dossiers/{ref}").split("<caption>Produits du budget", 1)[1].split("</tbody>", 1)[0]
        return [unescape(nom) for nom in re.findall(r'<th scope="row">(.*?)</th>', produits)]

    ref = site.refs["avis"]
    assert financeurs(ref)[0] == "Région"
    monkeypatch.setattr(site.services.coffre, "lire", lambda _: None)  # as once its key is destroyed
    assert set(financeurs(ref)) == {OUBLIE}


def test_les_motifs_se_lisent_dans_l_historique(site: Site, client: TestClient) -> None:
    page = texte(client, f"/dossiers/{site.refs['retire']}")
    assert "Projet abandonné, faute de bénévoles" in page
    assert f"Le dossier est clos{NBSP}: rien n’est attendu." in unescape(page)


def test_un_fait_note_apres_coup_montre_ses_deux_dates(site: Site, client: TestClient) -> None:
    page = texte(client, f"/dossiers/{site.refs['silence']}")
    assert f"Effet le 3{NBSP}juin{NBSP}2026 · enregistré le 12{NBSP}juin{NBSP}2026" in page
    assert f"enregistré 9{NBSP}jours après" in page
    assert "Comment le délai du silence est compté" in page
    assert f"CRPA, art.{NBSP}L231-4 3° et L114-3" in page, "each step has its article"


def test_ce_qu_une_personne_a_tape_est_echappe(site: Site, client: TestClient) -> None:
    for adresse in (f"/dossiers/{site.refs['malveillant']}", "/dossiers?q=<script>alert(1)</script>", "/file"):
        page = texte(client, adresse)
        assert not EN_LIGNE.search(page)
        assert MALVEILLANT.split()[0] in unescape(page)


def test_le_passe_est_marque_et_n_a_que_ce_qui_etait_connu(site: Site, client: TestClient) -> None:
    ref = site.refs["visa"]
    page = texte(client, f"/dossiers/{ref}?au=10/01/2026&connu_au=2026-02-01T10:00")
    assert '<body class="passe">' in page
    assert f"Vous lisez le dossier au 10{NBSP}janvier{NBSP}2026, tel que connu le 1er{NBSP}février" in page
    assert "À vérifier" in page
    assert 'id="fait-10"' in page
    assert 'id="fait-11"' not in page
    assert 'content="noindex"' in page
    assert "pas encore déposé" in texte(client, f"/dossiers/{ref}?au=2025-12-31")
    assert "Date impossible" in texte(client, f"/dossiers/{ref}?au=2026-02-30", 422)
    assert "L’année 9999" in texte(client, f"/dossiers/{ref}?au=9999-12-31", 422)


def test_deux_dates_se_comparent_avec_les_faits_qui_l_expliquent(site: Site, client: TestClient) -> None:
    base = f"/dossiers/{site.refs['visa']}/comparer"
    page = texte(client, f"{base}?du=2026-01-10&au=2026-02-01")
    assert "<del>À vérifier</del>" in page
    assert "<ins>Proposé</ins>" in page
    assert "Dossier déclaré complet" in page
    assert "Rien n’a changé" in texte(client, f"{base}?du=2026-02-01&au=2026-02-02")
    assert "Choisissez deux dates différentes" in texte(client, base)


def test_une_subvention_reprise_se_lit_avec_son_dossier(client: TestClient) -> None:
    ref = client.get("/api/v1/dossiers?etat=decide&limite=1").json()["lignes"][0]["ref"]
    page = texte(client, f"/dossiers/{ref}")
    assert 'id="subvention-1"' in page
    assert "reprise, décidée ailleurs" in page


def test_une_reference_inconnue_est_une_page_en_francais(site: Site, client: TestClient) -> None:
    ref = site.refs["avis"]
    abimee = ref[:-1] + ("2" if ref[-1] != "2" else "3")
    assert "mal recopié" in texte(client, f"/dossiers/{abimee}", 404)
    assert "introuvable" in texte(client, "/dossiers/5f1e0000-0000-5000-8000-000000000000", 404)
    assert "introuvable" in texte(client, "/elements/licorne/1", 404)
    assert "Aucune page" in texte(client, "/nulle-part", 404)


def test_une_faute_est_dite_en_francais(site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.file.requetes.file", lambda *_, **__: 1 / 0)
    assert "La faute est de notre côté" in texte(client, "/file", 500)


def test_les_entetes_protegent_le_navigateur(client: TestClient) -> None:
    for adresse in ("/", "/nulle-part", "/api/v1/file", "/static/site.css"):
        entetes = client.get(adresse).headers
        assert "default-src 'none'" in entetes["content-security-policy"]
        assert "unsafe" not in entetes["content-security-policy"]
        assert (entetes["x-content-type-options"], entetes["referrer-policy"]) == ("nosniff", "same-origin")
    assert client.get("/", headers={"host": "ailleurs.example"}).status_code == 400


def test_une_page_est_legere(client: TestClient) -> None:
    assert len(client.get("/file").content) + len(client.get("/static/site.css").content) < 60_000
