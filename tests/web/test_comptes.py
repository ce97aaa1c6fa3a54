"""Accounts: invited, opened by a link that serves once, guarded against who tries, proven again for what engages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from adapters.horloge import HorlogeReelle
from adapters.site import mots_de_passe, totp
from adapters.site.echecs import SANS_ATTENTE
from application import comptes
from application.gestes import recueil
from application.habilitations import id_agent
from application.site import Site as Doors
from application.site import TropDeConnexions
from kernel.instants import Instant
from kernel.refus import Refus
from tests.moteur import faire, ouvrir_store
from tests.web.fabrique import Site, devant_le_store
from web.acces import REGLES
from web.adresses import PLURIELS
from web.application import creer
from web.exposition import Exposition
from web.portes import ESSAIS
from web.preuve import SENSIBLES

ICI = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
BON = "trois tilleuls sous la pluie"
VRAI = mots_de_passe._HACHEUR


@pytest.fixture(autouse=True)
def condensats_legers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests that cost nothing, but where their cost is what is looked at."""
    leger = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(mots_de_passe, "_HACHEUR", leger)
    monkeypatch.setattr(mots_de_passe, "_DE_PERSONNE", leger.hash("personne"))


sur_les_deux = pytest.mark.parametrize("site", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(params=["sqlite"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A real store on this machine: one signs in by an account."""
    postgres = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    with ouvrir_store(tmp_path, postgres=postgres) as (services, base), devant_le_store(services, base) as application:
        yield Site(application, services, {})


@pytest.fixture
def portes(site: Site) -> Doors:
    doors: Doors = site.application.state.portes.site
    return doors


def ouvrir_un_compte(site: Site, portes: Doors, agent: str = "ines") -> None:
    comptes.choisir_mot_de_passe(
        portes, comptes.inviter(site.services, portes, agent, f"{agent}@exemple.fr", "admin"), BON
    )


def connecter(client: TestClient, agent: str = "ines", mot_de_passe: str = BON, **autres: str) -> Any:
    return client.post("/connexion", data={"identifiant": agent, "mot_de_passe": mot_de_passe, **autres}, headers=ICI)


def champ(page: str, nom: str) -> str:
    trouve = re.search(rf'name="{nom}" value="([^"]*)"', page)
    assert trouve is not None, page
    return unescape(trouve[1])


def plus_tard(monkeypatch: pytest.MonkeyPatch, duree: timedelta) -> None:
    """Let the clock of the machine go on by itself from that much later."""
    maintenant = HorlogeReelle.maintenant
    monkeypatch.setattr(HorlogeReelle, "maintenant", lambda soi: maintenant(soi) + duree)


@sur_les_deux
def test_une_invitation_ouvre_un_compte_une_fois(site: Site, portes: Doors) -> None:
    secret = comptes.inviter(site.services, portes, "ines", " Ines@Exemple.fr ", "admin")
    client = site.anonyme
    assert "Votre identifiant est <strong>ines</strong>" in client.get(f"/invitation/{secret}").text
    donnees = {"secret": secret, "mot_de_passe": BON, "encore": BON}
    for trop_court in ({**donnees, "mot_de_passe": "court", "encore": "court"}, {**donnees, "encore": "autre"}):
        assert client.post("/invitation", data=trop_court, headers=ICI).status_code == 422
    reponse = client.post("/invitation", data=donnees, headers=ICI)
    assert (reponse.status_code, reponse.headers["location"]) == (303, "/")
    assert "Vous êtes" in client.get("/").text
    assert site.anonyme.get(f"/invitation/{secret}").status_code == 410
    assert "a déjà servi" in site.anonyme.post("/invitation", data=donnees, headers=ICI).text
    compte = portes.comptes.lire("ines")
    assert compte is not None
    assert (compte.courriel, compte.mot_de_passe, compte.second_facteur) == ("Ines@Exemple.fr", True, False)
    assert connecter(site.anonyme, " INES ").status_code == 303


@sur_les_deux
def test_un_lien_perime_ou_remplace_ne_vaut_rien(site: Site, portes: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    premier = comptes.inviter(site.services, portes, "ines", "ines@exemple.fr", "admin")
    second = comptes.inviter(site.services, portes, "ines", "ines@exemple.fr", "admin")
    assert (portes.liens.lire(premier), portes.liens.lire(second)) == (None, "ines")
    plus_tard(monkeypatch, timedelta(hours=48, seconds=1))
    with pytest.raises(comptes.LienPerime):
        comptes.choisir_mot_de_passe(portes, second, BON)


@pytest.mark.parametrize("mot_de_passe", ["x" * 11, "x" * 201, "ines", "ines-ines-12", ""])
def test_un_mot_de_passe_se_juge_a_sa_longueur(site: Site, portes: Doors, mot_de_passe: str) -> None:
    secret = comptes.inviter(site.services, portes, "ines", "ines@exemple.fr", "admin")
    with pytest.raises(Refus):
        comptes.choisir_mot_de_passe(portes, secret, mot_de_passe)
    assert portes.liens.lire(secret) == "ines", "the link still serves"


@sur_les_deux
def test_on_n_invite_qu_un_agent_et_a_sa_propre_adresse(site: Site, portes: Doors) -> None:
    comptes.inviter(site.services, portes, "ines", "ines@exemple.fr", "admin")
    refuses = {("personne", "x@exemple.fr"): "acteur_inconnu", ("rene", "INES@exemple.fr"): "courriel_pris"}
    refuses |= {("rene", faux): "saisie_invalide" for faux in ("", "rene", "@exemple.fr", "a@b", "a b@exemple.fr")}
    for (agent, courriel), code in refuses.items():
        with pytest.raises(Refus) as refus:
            comptes.inviter(site.services, portes, agent, courriel, "admin")
        assert refus.value.code == code, (agent, courriel)
    with pytest.raises(comptes.SansCompte):
        comptes.reinitialiser(portes, "rene", "admin")


def test_rien_de_personnel_ni_de_secret_n_est_en_clair(site: Site, portes: Doors, tmp_path: Path) -> None:
    lien = comptes.inviter(site.services, portes, "rene", "rene@exemple.fr", "admin")
    ouvrir_un_compte(site, portes)
    secret = portes.comptes.proposer_second_facteur()
    assert portes.comptes.poser_second_facteur("ines", secret, totp.code(secret, _pas()))
    session = portes.sessions.ouvrir("ines")
    octets = b"".join(f.read_bytes() for f in tmp_path.glob("essai.site.db*"))
    assert b"ines" in octets
    for cache in ("exemple.fr", BON, secret, session, lien):
        assert cache.encode() not in octets, cache


def test_une_personne_oubliee_n_a_plus_d_adresse(site: Site, portes: Doors) -> None:
    ouvrir_un_compte(site, portes)
    site.services.coffre.detruire_cle(id_agent("ines"))
    compte = portes.comptes.lire("ines")
    assert compte is not None
    assert compte.courriel is None


@pytest.mark.parametrize(
    ("agent", "mot_de_passe"),
    [("ines", "un autre mot de passe"), ("personne", BON), ("rene", BON), ("", ""), ("ines", "")],
)
def test_une_connexion_refusee_ne_dit_ni_pourquoi_ni_qui_existe(
    site: Site, portes: Doors, agent: str, mot_de_passe: str
) -> None:
    ouvrir_un_compte(site, portes)
    comptes.inviter(site.services, portes, "rene", "rene@exemple.fr", "admin")
    reponse = connecter(site.anonyme, agent, mot_de_passe)
    assert reponse.status_code == 422
    assert "set-cookie" not in reponse.headers
    page = re.sub(r'value="[^"]*"', "", reponse.text)
    assert page == re.sub(r'value="[^"]*"', "", connecter(site.anonyme, "inconnu", "inconnu").text)


def test_un_login_inconnu_coute_un_condensat_comme_un_autre(
    site: Site, portes: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    ouvrir_un_compte(site, portes)
    vus: list[bool] = []
    convient = mots_de_passe.convient

    def compter(mot_de_passe: str, empreinte: str | None) -> bool:
        vus.append(empreinte is not None)
        return convient(mot_de_passe, empreinte)

    monkeypatch.setattr(mots_de_passe, "convient", compter)
    for agent in ("ines", "inconnu"):
        for _ in range(SANS_ATTENTE + 2):
            connecter(site.anonyme, agent, "faux, tout à fait faux")
    assert vus == [True] * 6 + [False] * 6, "even while it must wait"


@sur_les_deux
def test_apres_cinq_echecs_on_attend_de_plus_en_plus(
    site: Site, portes: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    ouvrir_un_compte(site, portes)
    for _ in range(SANS_ATTENTE):
        connecter(site.anonyme, mot_de_passe="faux")
    assert connecter(site.anonyme).status_code == 303, "four failures make nobody wait, and are forgotten"
    for _ in range(SANS_ATTENTE + 1):
        connecter(site.anonyme, mot_de_passe="faux")
    assert connecter(site.anonyme).status_code == 422, "the right password too"
    plus_tard(monkeypatch, timedelta(seconds=31))
    assert connecter(site.anonyme, mot_de_passe="faux").status_code == 422
    plus_tard(monkeypatch, timedelta(seconds=31))
    assert connecter(site.anonyme).status_code == 422, "the next wait is a minute"
    plus_tard(monkeypatch, timedelta(seconds=31))
    assert connecter(site.anonyme).status_code == 303


def test_une_adresse_n_essaie_que_vingt_fois_par_minute(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mots_de_passe, "convient", lambda *_: False)
    statuts = [connecter(site.anonyme, f"agent-{essai}").status_code for essai in range(ESSAIS + 2)]
    assert statuts == [422] * ESSAIS + [429] * 2


def test_deux_condensats_a_la_fois_au_plus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mots_de_passe, "_PATIENCE_S", 0.01)
    with mots_de_passe._Tour(), mots_de_passe._Tour(), pytest.raises(TropDeConnexions):
        mots_de_passe.condenser(BON)
    assert mots_de_passe.condenser(BON).startswith("$argon2id$")


@sur_les_deux
def test_un_mot_de_passe_garde_sous_d_autres_parametres_est_garde_a_nouveau(
    site: Site, portes: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    ouvrir_un_compte(site, portes)
    monkeypatch.setattr(mots_de_passe, "_HACHEUR", VRAI)
    assert portes.comptes.verifier_mot_de_passe("ines", BON)
    garde = portes.comptes._ligne("ines").mot_de_passe  # type: ignore[attr-defined]  # what is kept has no door
    assert garde.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert portes.comptes.verifier_mot_de_passe("ines", BON)


def _pas(decalage: int = 0) -> int:
    return int(HorlogeReelle().maintenant().timestamp()) // totp.PAS_S + decalage


@pytest.mark.parametrize(("secondes", "attendu"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_les_codes_sont_ceux_de_la_norme(secondes: int, attendu: str) -> None:
    """RFC 6238, appendix B, on six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.code(secret, secondes // totp.PAS_S) == attendu
    instant = Instant.fromtimestamp(secondes, HorlogeReelle().maintenant().tzinfo)
    assert totp.pas_du_code(secret, f"{attendu[:3]} {attendu[3:]}", instant) == secondes // totp.PAS_S
    for faux in ("", "000000", attendu + "0", "é", "1" * 5000):
        assert totp.pas_du_code(secret, faux, instant) is None
    assert totp.pas_du_code("n'est pas de la base 32", attendu, instant) is None


@sur_les_deux
def test_un_second_facteur_se_pose_et_s_exige(site: Site, portes: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    ouvrir_un_compte(site, portes)
    client = site.anonyme
    connecter(client)
    page = client.get("/second-facteur").text
    assert "<svg" in page
    assert "style=" not in page
    secret, jeton = champ(page, "secret"), champ(page, "jeton")
    donnees = {"secret": secret, "jeton": jeton}
    assert client.post("/second-facteur", data={**donnees, "code": "000000"}, headers=ICI).status_code == 422
    code = totp.code(secret, _pas())
    assert client.post("/second-facteur", data={**donnees, "code": code}, headers=ICI).status_code == 303
    assert "Votre compte en a un" in client.get("/sessions").text
    autre = portes.comptes.proposer_second_facteur()
    refaire = {"secret": autre, "jeton": jeton, "code": totp.code(autre, _pas())}
    assert client.post("/second-facteur", data=refaire, headers=ICI).status_code == 200, "nothing is replaced"
    assert connecter(site.anonyme).status_code == 422, "the password is not enough any more"
    assert connecter(site.anonyme, code=code).status_code == 422, "a code serves once"
    plus_tard(monkeypatch, timedelta(seconds=60))
    code = totp.code(secret, _pas())
    assert connecter(site.anonyme, mot_de_passe="faux", code=code).status_code == 422
    assert connecter(site.anonyme, code=code).status_code == 303
    comptes.reinitialiser(portes, "ines", "admin")
    assert client.get("/file").status_code == 303, "its sessions are ended"
    assert connecter(site.anonyme, code=code).status_code == 422


DEHORS = Exposition(("127.0.0.1",), locale=False)


def ailleurs(site: Site) -> Site:
    """The same site, as served beyond this machine."""
    portes = site.application.state.portes
    application = creer(portes.reglages, site.services, portes.lectures, portes.site, DEHORS)
    return Site(application, site.services, site.refs, "https://127.0.0.1")


@pytest.mark.parametrize(("agent", "exige"), [("admin", True), ("fatou", True), ("odile", True), ("ines", False)])
def test_hors_de_cette_machine_certains_roles_exigent_deux_facteurs(site: Site, agent: str, exige: bool) -> None:  # noqa: FBT001
    for nom, role in (("fatou", "finance"), ("odile", "ordonnateur")):
        faire(site.services, "agent enregistrer", "admin", identifiant=nom, roles=role)
    assert site.client_de(agent, facteur=False).get("/dossiers").status_code == 200, "here the password is enough"
    dehors = ailleurs(site)
    client = dehors.client_de(agent, facteur=False)
    reponse = client.get("/dossiers")
    assert (reponse.status_code, reponse.headers.get("location")) == (
        (303, "/second-facteur?vers=/dossiers") if exige else (200, None)
    )
    assert client.get("/api/v1/dossiers").status_code == (403 if exige else 200)
    assert client.get("/second-facteur").status_code == 200
    assert dehors.client_de(agent).get("/dossiers").status_code == 200
    assert client.post("/deconnexion", headers=ICI | {"origin": "https://127.0.0.1"}).status_code == 303


@pytest.mark.parametrize("chemin", ["/comptes/ines/inviter", "/comptes/ines/reinitialiser"])
def test_donner_un_acces_se_prouve_a_nouveau(
    site: Site, portes: Doors, monkeypatch: pytest.MonkeyPatch, chemin: str
) -> None:
    ouvrir_un_compte(site, portes, "admin")
    ouvrir_un_compte(site, portes)
    client = site.anonyme
    connecter(client, "admin")
    donnees = {"courriel": "ines@exemple.fr", "jeton": champ(client.get("/comptes").text, "jeton")}
    reponse = client.post(chemin, data=donnees, headers=ICI)
    assert "/invitation/" in reponse.text, "who has just signed in has proven it"
    assert "/invitation/" not in client.get("/comptes").text
    plus_tard(monkeypatch, timedelta(minutes=5, seconds=1))
    entetes = ICI | {"referer": "http://127.0.0.1/comptes"}
    assert client.post(chemin, data=donnees, headers=entetes).headers["location"] == "/preuve?vers=/comptes"
    preuve = {"vers": "/comptes", "jeton": donnees["jeton"]}
    assert client.post("/preuve", data={**preuve, "donne": "faux"}, headers=ICI).status_code == 422
    assert client.post("/preuve", data={**preuve, "donne": BON}, headers=ICI).headers["location"] == "/comptes"
    assert "/invitation/" in client.post(chemin, data=donnees, headers=ICI).text


def test_ce_qui_engage_est_nomme_une_fois(site: Site) -> None:
    """Each is a geste, or a page, that exists."""
    gestes = {(PLURIELS[g.agregat], g.nom) for g in recueil.tous() if g.agregat in PLURIELS}
    pages = {(cle.split("/")[1], cle.split("/")[-1]) for cle in REGLES if cle.startswith("POST /")}
    assert gestes | pages >= SENSIBLES


def test_seul_un_administrateur_voit_les_comptes(site: Site, portes: Doors) -> None:
    for adresse in ("/comptes", "/comptes/ines/reinitialiser"):
        client = site.client_de("ines")
        reponse = client.get(adresse) if adresse == "/comptes" else client.post(adresse, headers=ICI)
        assert reponse.status_code == 403
    assert 'href="/comptes"' not in site.client_de("ines").get("/").text
    assert 'href="/comptes"' in site.client_de("admin").get("/").text


@sur_les_deux
def test_chacun_voit_et_ferme_ses_sessions_et_un_administrateur_celles_des_autres(site: Site, portes: Doors) -> None:
    ici, la = site.client_de("ines"), site.client_de("ines")
    page = ici.get("/sessions").text
    assert page.count("/sessions/fermer") == 2
    autre = next(str(s.id) for s in portes.sessions.de("ines") if str(s.id) not in page.split("celle-ci")[1])
    de_rene = site.client_de("rene")
    for session in (autre, str(portes.sessions.de("rene")[0].id)):
        assert ici.post("/sessions/fermer", data={"session": session}, headers=ICI).status_code == 303
    assert [c.get("/file").status_code for c in (ici, la, de_rene)] == [200, 303, 200], "only one's own"
    assert site.client_de("admin").post("/comptes/ines/fermer", headers=ICI).status_code == 303
    assert ici.get("/file").status_code == 303


def test_trop_de_demandes_d_un_compte_attendent(site: Site) -> None:
    site.application.state.portes.demandes.limite = 3
    client = site.client_de("ines")
    assert [client.get("/accessibilite").status_code for _ in range(4)] == [200, 200, 200, 429]
    reponse = client.get("/api/v1/file")
    assert (reponse.status_code, reponse.headers["retry-after"]) == (429, "60")
    assert reponse.json()["title"] == "Trop de demandes"
    assert site.client_de("rene").get("/accessibilite").status_code == 200


def test_une_page_de_connexion_ne_lit_que_peu(site: Site) -> None:
    for adresse in ("/connexion", "/invitation"):
        reponse = site.anonyme.post(adresse, data={"mot_de_passe": "x" * 200_000}, headers=ICI)
        assert reponse.status_code == 413
