"""Applications: an agent with its own roles and a token of its own, never a second person."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from application.applications import LECTURES, SECONDE_PERSONNE, creer_jeton, permis
from application.exemples import exemple
from application.gestes.recueil import par_nom, tous
from application.site import Jeton
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from kernel.refus import Refus
from tests.moteur import faire, ouvrir_store
from tests.web.fabrique import Site, ouvrir_site
from web.adresses import COLLECTIONS, adresse_du_geste

RACINE = Path(__file__).parents[2]
GESTES = ("dossier demander-avis", "dossier proposer")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site(tmp_path_factory.mktemp("jetons")) as site:
        faire(site.services, "agent enregistrer", "admin", identifiant="portail", roles="instructeur")
        yield site


def creer(site: Site, **autres: Any) -> tuple[str, Jeton]:
    demande = {"agent": "portail", "nom": "Portail fictif", "gestes": GESTES, "lectures": ("dossiers", "file")}
    return creer_jeton(site.services, site.application.state.portes.site, "admin", **{**demande, **autres})


def client_de(site: Site, secret: str) -> TestClient:
    client = site.anonyme
    client.headers["Authorization"] = f"Bearer {secret}"
    return client


def code(reponse: Any) -> tuple[int, str]:
    return reponse.status_code, reponse.json().get("refus", {}).get("code", "")


def test_une_application_agit_et_lit_dans_ce_qui_lui_est_donne(site: Site) -> None:
    secret, _ = creer(site)
    client, ref = client_de(site, secret), site.refs["avis"]
    assert client.get(f"/api/v1/dossiers/{ref}").json()["ref"] == ref
    faite = client.post(f"/api/v1/dossiers/{ref}/demander-avis", json={"aupres_de": "caf", "delai": "21 jours"})
    assert faite.status_code == 200
    assert client.get(f"/api/v1/dossiers/{ref}/historique").json()[-1]["acteur"] == "portail"
    assert code(client.get("/api/v1/evenements")) == (403, "hors_du_jeton")
    assert code(client.get("/api/v1/tiers")) == (403, "hors_du_jeton")
    assert code(client.post(f"/api/v1/dossiers/{ref}/declarer-complet")) == (403, "hors_du_jeton")
    assert client.get(f"/dossiers/{ref}").status_code == 303  # the pages are for people
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_ce_qui_n_est_pas_un_jeton_n_est_personne(site: Site) -> None:
    secret, _ = creer(site)
    for donne in ("", secret[:-1], secret.upper(), "Bearer", "é"):
        reponse = site.anonyme.get("/api/v1/file", headers={"Authorization": f"Bearer {donne}".encode()})
        assert (reponse.status_code, reponse.headers["www-authenticate"]) == (401, "Bearer")
    signe, _ = site.temoin_de("ines"), None
    client = site.client_de("ines")
    assert client.get("/api/v1/file").status_code == 200
    assert client.get("/api/v1/file", headers={"Authorization": "Basic aW5lczo="}).status_code == 401
    assert signe


def test_le_secret_n_est_garde_nulle_part(site: Site, tmp_path: Path) -> None:
    secret, jeton = creer(site)
    assert len(secret) >= 43
    chemin = Path(site.application.state.portes.reglages.base.removeprefix("sqlite:///"))
    for fichier in chemin.parent.rglob("*"):
        assert not fichier.is_file() or secret.encode() not in fichier.read_bytes(), fichier
    assert secret not in repr(jeton)


def test_un_jeton_revoque_ou_expire_ne_vaut_plus_rien(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    jetons = site.application.state.portes.site.jetons
    (revoque, un), (vieux, _) = creer(site), creer(site, jours=1)
    assert client_de(site, revoque).get("/api/v1/file").status_code == 200
    assert next(j for j in jetons.tous() if j.id == un.id).vu_le is not None
    assert jetons.revoquer(un.id).revoque_le is not None
    assert client_de(site, revoque).get("/api/v1/file").status_code == 401
    assert client_de(site, vieux).get("/api/v1/file").status_code == 200
    maintenant = jetons._base.maintenant()
    monkeypatch.setattr(jetons._base, "maintenant", lambda: maintenant + timedelta(days=1))
    assert client_de(site, vieux).get("/api/v1/file").status_code == 401


def test_un_jeton_ne_vaut_rien_devant_une_autre_base(site: Site, tmp_path: Path) -> None:
    secret, _ = creer(site)
    with (
        ouvrir_store(tmp_path) as (services, base),
        ouvrir_le_site(Reglages(base=base), services.coffre, a_preparer=True) as autre,
    ):
        assert autre.jetons.lire(secret) is None
    assert site.application.state.portes.site.jetons.lire(secret) is not None


def test_ce_qui_se_fait_a_quatre_yeux_est_nomme_et_reserve_aux_personnes(site: Site) -> None:
    verifies = {
        fonction.name.replace("_", "-")
        for fichier in (RACINE / "aggregates").rglob("*.py")
        for fonction in ast.walk(ast.parse(fichier.read_text(encoding="utf-8")))
        if isinstance(fonction, ast.FunctionDef) and "self.quatre_yeux(" in ast.unparse(fonction)
    }
    nommes = {nom.split(" ")[1] for nom in SECONDE_PERSONNE}
    assert verifies - {"s-absenter"} == nommes - {"declarer"}
    for nom in SECONDE_PERSONNE:
        assert not permis(par_nom(*nom.split(" ")))
    assert {g.agregat for g in tous() if permis(g)} == {*COLLECTIONS.values(), "horloge"}


@pytest.mark.parametrize(
    ("change", "refus"),
    [
        ({"agent": "inconnu"}, "acteur_inconnu"),
        ({"gestes": ["dossier viser"]}, "reserve_aux_personnes"),
        ({"gestes": ["agent enregistrer"]}, "reserve_aux_personnes"),
        ({"gestes": ["tiers enregistrer"]}, "hors_du_jeton"),
        ({"gestes": ["dossier inventer"]}, "saisie_invalide"),
        ({"lectures": ["agents"]}, "saisie_invalide"),
        ({"gestes": [], "lectures": []}, "saisie_invalide"),
        ({"jours": 367}, "saisie_invalide"),
        ({"nom": " "}, "saisie_invalide"),
        ({"agent": "olga"}, "reserve_aux_personnes"),
    ],
)
def test_ce_qu_aucune_application_ne_recoit(site: Site, change: dict[str, Any], refus: str) -> None:
    if change.get("agent") == "olga":
        faire(site.services, "agent enregistrer", "admin", identifiant="olga", roles="ordonnateur,finance")
    with pytest.raises(Refus) as dit:
        creer(site, **change)
    assert dit.value.code == refus


def test_seul_un_administrateur_donne_un_jeton(site: Site) -> None:
    with pytest.raises(Refus) as dit:
        creer_jeton(
            site.services,
            site.application.state.portes.site,
            "ines",
            agent="portail",
            nom="Portail",
            gestes=GESTES,
            lectures=(),
        )
    assert dit.value.code == "role_manquant"


def test_une_application_devenue_ordonnateur_n_est_plus_reconnue(site: Site) -> None:
    faire(site.services, "agent enregistrer", "admin", identifiant="comptable", roles="finance")
    secret, _ = creer(site, agent="comptable", gestes=["bordereau retirer-mandat"], lectures=LECTURES)
    client = client_de(site, secret)
    assert client.get("/api/v1/file").status_code == 200
    faire(site.services, "habilitation accorder", "admin", agent="comptable", role="ordonnateur", acte="2026-01")
    assert client.get("/api/v1/file").status_code == 401


def test_qui_a_un_compte_est_une_personne(site: Site) -> None:
    faire(site.services, "agent enregistrer", "admin", identifiant="nadia", roles="instructeur")
    secret, _ = creer(site, agent="nadia")
    client = client_de(site, secret)
    assert client.get("/api/v1/file").status_code == 200
    site.application.state.portes.site.comptes.inviter("nadia", "nadia@exemple.fr")
    assert client.get("/api/v1/file").status_code == 401
    with pytest.raises(Refus) as dit:
        creer(site, agent="nadia")
    assert dit.value.code == "reserve_aux_personnes"


def test_aucun_geste_reserve_ne_passe_avec_un_jeton_quel_qu_il_soit(site: Site) -> None:
    """Even a row written by hand in the base of the site opens none of them."""
    faire(site.services, "agent enregistrer", "admin", identifiant="tout", roles="instructeur,responsable,finance")
    jetons, noms = site.application.state.portes.site.jetons, tuple(f"{g.agregat} {g.nom}" for g in tous())
    secret, _ = jetons.creer(
        agent="tout", nom="Tout", gestes=noms, lectures=LECTURES, cree_par="admin", duree=timedelta(days=1)
    )
    client, tete = client_de(site, secret), site.services.store.enregistreur.derniere_position()
    for geste in tous():
        if not permis(geste):
            reponse = client.post(adresse_du_geste(geste).format(ref=site.refs["visa"]), json=exemple(geste))
            assert reponse.status_code == 403
            assert code(reponse)[1] in {"reserve_aux_personnes", "d_une_personne"}, geste.nom
    assert site.services.store.enregistreur.derniere_position() == tete
