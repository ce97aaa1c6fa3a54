"""Every route of the API walked with each role and with none; and no reading writes a fact."""

from collections.abc import Iterator, Mapping

import pytest
from fastapi.testclient import TestClient

from application.declaration import Geste
from application.exemples import REFERENCES, exemple
from application.gestes.recueil import tous
from kernel.attentes import Role
from tests.moteur import faire
from tests.web.fabrique import Site, ouvrir_site
from web.acces import CONNECTE, REGLES
from web.adresses import PLURIELS, adresse_du_geste

INTERNES = [role for role in Role if role not in {Role.SYSTEME, Role.PARTENAIRE, Role.PORTEUR}]
LECTURES = sorted(cle.removeprefix("GET ") for cle in REGLES if cle.startswith("GET /api/"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site(tmp_path_factory.mktemp("roles")) as site:
        for role in INTERNES:
            faire(site.services, "agent enregistrer", "admin", identifiant=f"un-{role}", roles=role.value)
        yield site


@pytest.fixture(scope="module")
def clients(site: Site) -> Mapping[Role, TestClient]:
    return {role: site.client_de(f"un-{role}") for role in INTERNES}


@pytest.mark.parametrize("geste", tous(), ids=lambda geste: f"{geste.agregat} {geste.nom}")
def test_chaque_geste_avec_chaque_role_et_avec_aucun(
    site: Site, clients: Mapping[Role, TestClient], geste: Geste
) -> None:
    ref = site.refs["avis"] if geste.agregat == "dossier" else REFERENCES.get(geste.agregat, "")
    adresse, corps = adresse_du_geste(geste).format(ref=ref), exemple(geste)
    envoi = (
        {"data": {n: v for n, v in corps.items() if n != "fichier"}, "files": {"fichier": b"x"}}
        if "fichier" in corps
        else {"json": corps}
    )
    assert site.anonyme.post(adresse, **envoi).status_code == 401
    for role, client in clients.items():
        reponse = client.post(adresse, **envoi)
        refuse = (reponse.status_code, reponse.json().get("refus", {}).get("code")) == (403, "role_manquant")
        assert refuse == (role not in geste.roles), (role, reponse.json())
        assert reponse.status_code < 500, reponse.json()


@pytest.mark.parametrize("adresse", LECTURES)
def test_chaque_lecture_avec_chaque_role_et_avec_aucun(
    site: Site, clients: Mapping[Role, TestClient], adresse: str
) -> None:
    pluriel, regle = adresse.removeprefix("/api/v1/").split("/")[0], REGLES[f"GET {adresse}"]
    noms = {chemin: nom for nom, chemin in PLURIELS.items()}
    ref = site.refs["avis"] if pluriel == "dossiers" else REFERENCES.get(noms.get(pluriel, ""), "")
    lue, tete = adresse.format(ref=ref), site.services.store.enregistreur.derniere_position()
    for role, client in clients.items():
        reponse = client.get(lue)
        ouverte = not isinstance(regle, frozenset) or role in regle
        assert (reponse.status_code == 403) != ouverte, role
        assert reponse.status_code in ({200, 404} if ouverte else {403})
    if regle == CONNECTE or isinstance(regle, frozenset):
        assert site.anonyme.get(lue).status_code == 401
    assert site.services.store.enregistreur.derniere_position() == tete
