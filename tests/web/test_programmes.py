"""What an administrateur does of programs on the site: tokens and webhooks, each secret shown once."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from structlog.testing import capture_logs

from adapters import envois
from application.applications import LECTURES
from tests.moteur import faire
from tests.web.fabrique import MALVEILLANT, Site, ouvrir_site
from web.pages import programmes
from web.pages.programmes import STATUTS

DEMANDE = {
    "agent": "portail",
    "nom": "Portail fictif",
    "gestes": ["dossier proposer"],
    "lectures": ["file"],
    "jours": "30",
}
ADRESSE = "https://recepteur.exemple.fr/diligence"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site(tmp_path_factory.mktemp("programmes")) as site:
        faire(site.services, "agent enregistrer", "admin", identifiant="portail", roles="instructeur")
        yield site


@pytest.fixture
def admin(site: Site) -> TestClient:
    return site.client_de("admin")


def secret(reponse: Response) -> str:
    """Return what a page shows this once."""
    trouve = re.search("<code>([^<]+)</code>", reponse.text)
    assert trouve, reponse.text
    return trouve[1]


def identifiant(page: Response, avant: str) -> str:
    trouve = re.search(f"/{avant}/([0-9a-f-]{{36}})", page.text)
    assert trouve, page.text
    return trouve[1]


def test_un_jeton_se_donne_une_fois_se_voit_et_se_revoque(site: Site, admin: TestClient) -> None:
    assert "Portail fictif" not in admin.get("/jetons").text
    assert 'value="portail"' in admin.get("/jetons/creer").text
    donne = admin.post("/jetons/creer", data=DEMANDE)
    programme = site.anonyme
    programme.headers["Authorization"] = f"Bearer {secret(donne)}"
    assert programme.get("/api/v1/file").status_code == 200
    liste = admin.get("/jetons")
    dite = unescape(liste.text)
    assert secret(donne) not in liste.text
    assert all(mot in dite for mot in ("Portail fictif", "agent portail", "Proposer", "lire", "file", "valable"))
    adresse = f"/jetons/{identifiant(liste, 'jetons')}/revoquer"
    assert site.client_de("rene").post(adresse).status_code == 403
    assert admin.post(adresse).headers["location"] == "/jetons"
    assert programme.get("/api/v1/file").status_code == 401
    assert "révoqué" in admin.get("/jetons").text


@pytest.mark.parametrize(
    ("change", "dit"),
    [
        ({"agent": "inconnu"}, "n’est pas enregistré"),
        ({"gestes": ["dossier viser"]}, "réservé à une personne"),
        ({"gestes": ["dossier inventer"]}, "n’existent pas"),
        ({"gestes": [], "lectures": []}, "À quoi sert ce jeton"),
        ({"jours": "jamais"}, "Un jeton vaut de 1 à 366 jours"),
        ({"nom": " "}, "Donnez le nom de l’application"),
        ({"nom": "a\u202eb"}, "un caractère n’est pas permis"),
    ],
)
def test_ce_qui_est_refuse_se_dit_et_tout_ce_qui_est_tape_reste(
    admin: TestClient, change: dict[str, object], dit: str
) -> None:
    avant = admin.get("/jetons").text.count("<tr")
    reponse = admin.post("/jetons/creer", data=DEMANDE | {"nom": "Gardé & redit"} | change)
    assert reponse.status_code == 422
    assert dit in unescape(reponse.text)
    assert "lectures" in change or 'value="file" checked' in reponse.text
    assert "nom" in change or "Gardé &amp; redit" in reponse.text
    assert admin.get("/jetons").text.count("<tr") == avant


def test_un_webhook_s_ouvre_tourne_ses_secrets_et_s_arrete(
    site: Site, admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    premier = secret(admin.post("/webhooks/creer", data={"url": ADRESSE}))
    liste = admin.get("/webhooks")
    adresse = f"/webhooks/{identifiant(liste, 'webhooks')}"
    assert (ADRESSE in liste.text, premier in liste.text, "en service" in liste.text) == (True, False, True)
    with capture_logs() as journal:
        second = secret(admin.post(f"{adresse}/tourner"))
    assert "webhook.secret_tire" in [li["event"] for li in journal]
    assert second not in str(journal)
    livraisons = site.application.state.portes.site.livraisons
    (webhook,) = livraisons.tous()
    assert webhook.secrets == (second, premier)
    assert admin.post(f"{adresse}/tourner").headers["location"] == adresse, (
        "the one in use is not lost by a second click"
    )
    assert livraisons.tous()[0].secrets == (second, premier)
    assert "Deux secrets signent" in admin.get(adresse).text
    admin.post(f"{adresse}/tourner", data={"finir": "1"})
    assert livraisons.tous()[0].secrets == (second,)
    position = site.services.store.derniere_position() + 2
    livraisons.inscrire(webhook.id, [(position - 1, webhook.id), (position, webhook.id)], position)
    morte, autre = livraisons.de(webhook.id)
    maintenant = livraisons.maintenant()
    livraisons.noter(replace(morte, essais=9, statut="500", prochain_le=None, morte_le=maintenant))
    livraisons.noter(replace(autre, essais=1, statut="sans_reponse", prochain_le=maintenant + timedelta(hours=1)))
    dite = unescape(admin.get(adresse).text)
    assert all(mot in dite for mot in ("abandonné", "réponse 500", "pas de réponse à temps"))
    monkeypatch.setattr(programmes, "MONTREES", 1)
    premiere = unescape(admin.get(adresse).text).replace("\u00a0", " ")
    assert "2 faits, dans l’ordre : les 1 premiers" in premiere
    assert "pas de réponse à temps" not in premiere
    assert "<strong>1</strong>" in admin.get("/webhooks").text
    assert admin.post(f"{adresse}/rejouer").headers["location"] == adresse
    assert [une.morte_le for une in livraisons.de(webhook.id)] == [None, None]
    assert admin.post(f"{adresse}/rejouer", data={"position": str(position)}).status_code == 303
    assert admin.post(f"{adresse}/rejouer", data={"position": "x"}).status_code == 422
    with capture_logs() as journal:
        admin.post(f"{adresse}/revoquer")
    assert "webhook.revoque" in [li["event"] for li in journal]
    assert "Révoqué le" in admin.get(adresse).text


@pytest.mark.parametrize("url", ["", "ftp://exemple.fr", "https://u:p@exemple.fr", "javascript:alert(1)", MALVEILLANT])
def test_une_adresse_qui_n_en_est_pas_une_est_refusee(admin: TestClient, url: str) -> None:
    reponse = admin.post("/webhooks/creer", data={"url": url})
    assert reponse.status_code == 422
    assert "Adresse attendue" in reponse.text
    assert "<script>alert" not in reponse.text


def test_ce_qui_est_tape_d_une_application_sort_en_texte(admin: TestClient) -> None:
    admin.post("/jetons/creer", data=DEMANDE | {"nom": MALVEILLANT})
    page = admin.get("/jetons").text
    assert MALVEILLANT in unescape(page)
    assert "<script>alert" not in page


@pytest.mark.parametrize("adresse", ["/jetons", "/webhooks"])
def test_un_identifiant_devine_ne_mene_a_rien(admin: TestClient, adresse: str) -> None:
    for ici in ("pas-un-uuid", "00000000-0000-0000-0000-000000000000"):
        assert admin.post(f"{adresse}/{ici}/revoquer").status_code in {404, 422}


def test_chaque_raison_et_chaque_lecture_a_ses_mots() -> None:
    assert {code for _, code in envois._RAISONS} | {"sans_tls", ""} == set(STATUTS)
    assert all(nom.isascii() for nom in LECTURES)
