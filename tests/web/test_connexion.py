"""Signing in on a rehearsal, being somebody on every page, signing out."""

import re
from html import unescape
from pathlib import Path

import pytest

from adapters.site.base import SiteEtranger
from adapters.store.adresse import StoreAMigrer
from adapters.store.perdue import StorePerdu
from bootstrap.cablage import migrer
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from kernel.instants import jour_de
from tests.moteur import faire
from tests.simulateur.coffre import CoffreMemoire
from tests.web.fabrique import Site
from web.application import creer
from web.exposition import Exposition
from web.personne import temoin

ICI = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}


def test_sur_une_repetition_on_agit_comme_un_agent_en_un_clic(site: Site) -> None:
    client = site.anonyme
    page = client.get("/connexion?vers=/dossiers?q=fete").text
    assert page.index("Instructeur") < page.index("Responsable") < page.index("Administrateur")
    assert 'value="/dossiers?q=fete"' in page
    reponse = client.post("/connexion/agir-comme", data={"agent": "rene", "vers": "/dossiers?q=fete"}, headers=ICI)
    assert (reponse.status_code, reponse.headers["location"]) == (303, "/dossiers?q=fete")
    cookie = reponse.headers["set-cookie"]
    assert ("HttpOnly" in cookie, "SameSite=lax" in cookie, "Max-Age=28800" in cookie) == (True, True, True)
    assert (
        'Vous êtes <a href="/sessions"><strong>rene</strong></a> <small>Responsable</small>' in client.get("/file").text
    )


def test_on_change_de_role_depuis_chaque_page_et_l_ancienne_session_est_finie(site: Site) -> None:
    client = site.client_de("ines")
    ancienne = client.cookies[temoin(site.application.state.portes)]
    page = client.get("/dossiers?etat=clos").text
    assert 'name="agent" value="rene"' in page
    assert 'name="agent" value="ines"' not in page
    assert 'name="vers" value="/dossiers?etat=clos"' in page
    jeton = re.search(r'name="jeton" value="([0-9a-f]{64})"', page)
    assert jeton is not None
    client.headers.pop("x-jeton")
    reponse = client.post(
        "/connexion/agir-comme", data={"agent": "rene", "vers": "/file", "jeton": jeton[1]}, headers=ICI
    )
    assert reponse.headers["location"] == "/file"
    assert 'Vous êtes <a href="/sessions"><strong>rene</strong>' in client.get("/file").text
    assert site.application.state.portes.site.sessions.lire(ancienne) is None


def test_se_deconnecter_finit_la_session_partout(site: Site) -> None:
    client = site.client_de("ines")
    copie = site.anonyme
    copie.cookies.update(client.cookies)
    assert client.post("/deconnexion", headers=ICI).headers["location"] == "/connexion"
    for navigateur in (client, copie):
        assert navigateur.get("/file").headers["location"] == "/connexion?vers=/file"


@pytest.mark.parametrize("vers", ["//ailleurs.invalid", "https://ailleurs.invalid", "/\\ailleurs.invalid", "x", "/\n"])
def test_on_n_est_pas_envoye_ailleurs(site: Site, vers: str) -> None:
    reponse = site.anonyme.post("/connexion/agir-comme", data={"agent": "rene", "vers": vers}, headers=ICI)
    assert reponse.headers["location"] == "/"
    assert "ailleurs" not in site.anonyme.get("/connexion", params={"vers": vers}).text


@pytest.mark.parametrize("jeton", [None, "", "0" * 64, "é"])
def test_sans_le_jeton_de_sa_page_rien_n_est_fait(site: Site, jeton: str | None) -> None:
    client = site.client_de("ines")
    client.headers.pop("x-jeton")
    donnees = {"agent": "rene"} | ({} if jeton is None else {"jeton": jeton})
    reponse = client.post("/connexion/agir-comme", data=donnees, headers=ICI)
    assert reponse.status_code == 403
    assert "rechargez-la" in reponse.text
    assert 'Vous êtes <a href="/sessions"><strong>ines</strong>' in client.get("/file").text


@pytest.mark.parametrize("agent", ["SYSTEME", "personne", "", "ines' OR 1=1 --"])
def test_on_n_agit_que_comme_un_agent_enregistre(site: Site, agent: str) -> None:
    assert site.anonyme.post("/connexion/agir-comme", data={"agent": agent}, headers=ICI).status_code in {404, 422}


def test_un_temoin_inconnu_ou_trop_long_ne_connecte_personne(site: Site) -> None:
    nom = temoin(site.application.state.portes)
    for valeur in (b"", b"0", b"a" * 4000, b"\xe9", b"\xff\xfe"):
        reponse = site.anonyme.get("/file", headers={b"cookie": nom.encode() + b"=" + valeur})
        assert reponse.status_code == 303, valeur


def test_hors_de_cette_machine_et_sur_une_base_reelle_on_n_agit_comme_personne(site: Site) -> None:
    portes = site.application.state.portes
    dehors = Exposition(("127.0.0.1",), locale=False)
    publique = creer(portes.reglages, site.services, portes.lectures, portes.site, dehors)
    ailleurs = Site(publique, site.services, site.refs, "https://127.0.0.1")
    assert 'name="agent"' not in ailleurs.anonyme.get("/connexion").text
    assert ailleurs.anonyme.post("/connexion/agir-comme", data={"agent": "ines"}).status_code == 404
    assert 'name="agent"' not in ailleurs.client_de("ines").get("/file").text


def test_au_nom_de_qui_on_supplee_est_dit_sur_chaque_page(site: Site) -> None:
    jour = jour_de(site.services.maintenant())
    faire(site.services, "agent enregistrer", "admin", identifiant="remi", roles="responsable")
    faire(
        site.services, "absence declarer", "admin", agent="remi", suppleant="ines", du=jour, au=jour, acte="Arrêté nº 1"
    )
    try:
        for adresse in ("/", "/file", "/nulle-part"):
            assert "Au nom de remi (Responsable)" in unescape(site.client_de("ines").get(adresse).text)
        absent = site.client_de("remi").get("/file").text
        assert "Absence en cours" in absent
    finally:
        faire(site.services, "absence terminer", "remi")


def test_le_temoin_d_une_base_ne_vaut_rien_devant_une_autre(site: Site, tmp_path: Path) -> None:
    autre = Reglages(base=f"sqlite:///{tmp_path / 'autre.db'}")
    migrer(autre.base)
    ici = site.application.state.portes
    secret = ici.site.sessions.ouvrir("ines")
    with ouvrir_le_site(autre, site.services.coffre) as la:
        assert la.store_id != ici.site.store_id
        assert la.sessions.lire(secret) is None
    (tmp_path / "autre.site.db").write_bytes(
        Path(ici.reglages.base.removeprefix("sqlite:///")).with_name("essai.site.db").read_bytes()
    )
    with pytest.raises(SiteEtranger), ouvrir_le_site(autre, site.services.coffre):
        pass


def test_perdre_la_base_du_site_ne_fait_que_deconnecter(tmp_path: Path) -> None:
    reglages = Reglages(base=f"sqlite:///{tmp_path / 'x.db'}")
    migrer(reglages.base)
    with ouvrir_le_site(reglages, CoffreMemoire()) as du_site:
        secret = du_site.sessions.ouvrir("ines")
    for fichier in tmp_path.glob("x.site.db*"):
        fichier.unlink()
    with pytest.raises(StoreAMigrer), ouvrir_le_site(reglages, CoffreMemoire()):
        pass
    migrer(reglages.base)
    with ouvrir_le_site(reglages, CoffreMemoire()) as du_site:
        assert du_site.sessions.lire(secret) is None
        assert du_site.sessions.de("ines") == []


def test_ce_qui_reste_du_site_dit_que_la_base_est_perdue(tmp_path: Path) -> None:
    reglages = Reglages(base=f"sqlite:///{tmp_path / 'x.db'}")
    migrer(reglages.base)
    for fichier in {*tmp_path.iterdir()} - {tmp_path / "x.site.db"}:
        fichier.unlink()
    with pytest.raises(StorePerdu) as perdu:
        migrer(reglages.base)
    assert perdu.value.champs["vestiges"] == ["x.site.db"]
    assert [f.name for f in tmp_path.iterdir()] == ["x.site.db"], "nothing was begun"
