"""Signing in by an identity provider: a real one, local, that signs; what it says is received only when all of it holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey

from adapters.autorites import autorites
from application import comptes
from bootstrap.reglages import Reglages
from bootstrap.site import fournisseur
from kernel.refus import SaisieInvalide
from tests.moteur import ouvrir_store
from tests.web.emetteur import CLIENT, SECRET, Emetteur, acr_demandee, emetteur_servi
from tests.web.fabrique import Site, devant_le_store
from web.application import creer
from web.exposition import Exposition
from web.personne import temoin

ICI = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}


@pytest.fixture
def emetteur() -> Iterator[Emetteur]:
    with emetteur_servi() as servi:
        yield servi


@pytest.fixture
def site(emetteur: Emetteur, tmp_path: Path) -> Iterator[Site]:
    """A real store, on which ines was invited, before that provider."""
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    with ouvrir_store(tmp_path) as (services, base):
        reglee: dict[str, Any] = {
            "oidc_emetteur": emetteur.url,
            "oidc_client": CLIENT,
            "oidc_secret": tmp_path / "secret",
            "oidc_siret": "00000000000018",
            "oidc_acr": "deux, trois",
        }
        with devant_le_store(services, base, **reglee) as application:
            comptes.inviter(services, application.state.portes.site, "ines", "Ines@exemple.fr", "admin")
            yield Site(application, services, {})


def aller(client: TestClient, adresse: str = "/connexion/oidc?vers=/file") -> str:
    """Go to the provider and back; return the address one comes back by."""
    envoye = client.get(adresse)
    assert envoye.status_code == 303, envoye.text
    revenu = httpx.get(envoye.headers["location"], verify=autorites())
    return revenu.headers["location"].removeprefix("http://127.0.0.1")


def test_on_entre_par_son_courriel_puis_par_son_sujet(site: Site, emetteur: Emetteur) -> None:
    client = site.anonyme
    assert 'href="/connexion/oidc?vers=/file"' in client.get("/connexion?vers=/file").text
    retour = client.get(aller(client))
    assert (retour.status_code, retour.headers["location"]) == (303, "/file")
    assert client.get("/file").status_code == 200
    demande = emetteur.demandes[-1]
    assert all(len(demande[nom]) >= 32 for nom in ("state", "nonce"))
    assert (demande["scope"], demande["code_challenge_method"]) == ("openid email siret", "S256")
    emetteur.courriel = "autre-adresse@exemple.fr"
    client = site.anonyme
    assert client.get(aller(client)).status_code == 303, "a known subject keeps its agent"
    emetteur.sujet, emetteur.courriel = "sujet-2", "ines@exemple.fr"
    client = site.anonyme
    assert client.get(aller(client)).status_code == 422, "the e-mail is that of another subject by now"


def test_sans_pkce_annonce_rien_n_en_est_dit(site: Site, emetteur: Emetteur) -> None:
    emetteur.pkce = False
    client = site.anonyme
    assert client.get(aller(client)).status_code == 303
    assert not {"code_challenge", "code_challenge_method"} & emetteur.demandes[-1].keys()


def test_qui_n_est_pas_invite_n_entre_pas(site: Site, emetteur: Emetteur) -> None:
    emetteur.courriel = "rene@exemple.fr"
    client = site.anonyme
    refus = client.get(aller(client))
    assert (refus.status_code, "aucun agent" in refus.text) == (422, True)
    assert client.get("/file").status_code == 303


AUTRE = RSAKey.generate_key(2048, {"kid": "une"})
MENTERIES: dict[str, dict[str, Any]] = {
    "nonce": {"menteries": {"id": {"nonce": "x" * 43}}},
    "aud": {"menteries": {"id": {"aud": "un-autre-service"}}},
    "iss": {"menteries": {"id": {"iss": "https://ailleurs.invalid"}}},
    "perime": {"menteries": {"id": {"exp": 1_000_000_000}}},
    "sans exp": {"menteries": {"id": {"exp": None}}},
    "sub": {"menteries": {"userinfo": {"sub": "quelqu-un-d-autre"}}},
    "aud userinfo": {"menteries": {"userinfo": {"aud": "un-autre-service"}}},
    "siret": {"siret": "00000000000026"},
    "cle": {"signe_par": AUTRE},
    "non signe": {"brut": {"userinfo": JSONResponse({"sub": "sujet-1", "email": "ines@exemple.fr"})}},
    "sans signature": {"brut": {"userinfo": PlainTextResponse("eyJhbGciOiJub25lIn0.eyJzdWIiOiJzdWpldC0xIn0.")}},
    "sans jeton": {"brut": {"token": JSONResponse({})}},
    "panne": {"brut": {"token": PlainTextResponse("", 500)}},
    "charabia": {"brut": {"token": PlainTextResponse("<html>")}},
}


@pytest.mark.parametrize("menterie", MENTERIES)
def test_ce_qui_n_est_pas_signe_pour_nous_n_est_pas_recu(site: Site, emetteur: Emetteur, menterie: str) -> None:
    for nom, valeur in MENTERIES[menterie].items():
        setattr(emetteur, nom, valeur)
    client = site.anonyme
    refus = client.get(aller(client))
    assert refus.status_code == (503 if menterie in {"panne", "charabia"} else 422)
    assert temoin(site.application.state.portes) not in refus.headers.get("set-cookie", "").replace("_oidc", "")
    assert client.get("/file").status_code == 303


def test_une_cle_qui_tourne_est_demandee_a_nouveau(site: Site, emetteur: Emetteur) -> None:
    client = site.anonyme
    client.get(aller(client))
    emetteur.cle = AUTRE
    client = site.anonyme
    assert client.get(aller(client)).status_code == 303


def test_le_retour_n_est_que_pour_le_navigateur_qui_est_parti_et_une_fois(site: Site) -> None:
    parti, autre = site.anonyme, site.anonyme
    retour = aller(parti)
    assert autre.get(retour).status_code == 422
    retour = aller(parti)
    assert parti.get(retour).status_code == 303
    assert parti.get(retour).status_code == 422
    abandon = f"/connexion/oidc/retour?error=access_denied&state={parse_qs(urlsplit(aller(autre)).query)['state'][0]}"
    assert "abandonnée" in autre.get(abandon).text
    assert parti.get("/connexion/oidc/retour").status_code == 422


@pytest.mark.parametrize(("acr", "statut"), [("un", 303), ("deux", 200)])
def test_deux_facteurs_se_demandent_et_se_verifient(site: Site, emetteur: Emetteur, acr: str, statut: int) -> None:
    portes = site.application.state.portes
    comptes.inviter(site.services, portes.site, "admin", "admin@exemple.fr", "admin")
    dehors = creer(
        portes.reglages, site.services, portes.lectures, portes.site, Exposition(("127.0.0.1",), locale=False)
    )
    client = Site(dehors, site.services, {}, "https://127.0.0.1").anonyme
    emetteur.acr, emetteur.courriel = acr, "admin@exemple.fr"
    client.get(aller(client, "/connexion/oidc?facteur=1").removeprefix("https://127.0.0.1"))
    assert acr_demandee(emetteur.demandes[-1]) == {"essential": True, "values": ["deux", "trois"]}
    assert client.get("/comptes").status_code == statut
    if acr == "un":
        assert client.get("/comptes").headers["location"] == "/second-facteur?vers=/comptes"
        assert 'href="/connexion/oidc?facteur=1"' in client.get("/second-facteur").text


@pytest.mark.parametrize(
    ("age_s", "forcee", "suffit"),
    [(0, False, True), (3600, False, False), (3600, True, False), (None, True, True), (None, False, False)],
)
def test_prouver_a_nouveau_demande_au_fournisseur_de_redemander(
    site: Site, emetteur: Emetteur, age_s: int | None, *, forcee: bool, suffit: bool
) -> None:
    emetteur.age_s = age_s
    client = site.anonyme
    client.get(aller(client, f"/connexion/oidc?preuve={int(forcee)}"))
    assert (emetteur.demandes[-1].get("prompt") == "login") is forcee
    session = site.application.state.portes.site.sessions.de("ines")[0]
    assert (session.prouvee_le is not None) is suffit
    assert "preuve=1" in client.get("/preuve").text


def test_se_deconnecter_quitte_aussi_le_fournisseur(site: Site, emetteur: Emetteur) -> None:
    client = site.anonyme
    reponse = client.get(aller(client))
    assert f"form-action 'self' {emetteur.url}" in reponse.headers["content-security-policy"]
    page = client.get("/sessions").text
    jeton = page.split('name="jeton" value="')[1].split('"')[0]
    sortie = client.post("/deconnexion", data={"jeton": jeton}, headers=ICI).headers["location"]
    dits = parse_qs(urlsplit(sortie).query)
    assert sortie.startswith(f"{emetteur.url}/end_session?")
    assert dits["post_logout_redirect_uri"] == ["http://127.0.0.1/connexion"]
    assert dits["id_token_hint"][0].count(".") == 2
    assert client.get("/file").status_code == 303


def test_sans_fournisseur_il_n_y_a_pas_de_porte_et_un_demi_est_refuse(site: Site, tmp_path: Path) -> None:
    portes = site.application.state.portes
    sans = creer(Reglages(base=portes.reglages.base), site.services, portes.lectures, portes.site)
    client = Site(sans, site.services, {}).anonyme
    assert client.get("/connexion/oidc").status_code == 404
    assert "fournisseur" not in client.get("/connexion").text
    with pytest.raises(SaisieInvalide, match="DILIGENCE_OIDC_CLIENT"):
        fournisseur(Reglages(oidc_emetteur="https://identite.invalid"))
    with pytest.raises(SaisieInvalide, match="https"):
        fournisseur(Reglages(oidc_emetteur="http://identite.invalid", oidc_client="x", oidc_secret=tmp_path / "secret"))


def test_un_fournisseur_injoignable_est_dit(site: Site, emetteur: Emetteur) -> None:
    portes = site.application.state.portes
    portes.fournisseur.emetteur = "http://127.0.0.1:9"
    reponse = site.anonyme.get("/connexion/oidc")
    assert (reponse.status_code, "ne répond pas" in reponse.text) == (503, True)
    assert emetteur.demandes == []
