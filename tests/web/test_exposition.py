"""Beyond this machine: only with a name, a proxy that carries TLS, and somebody who can sign in."""

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from application import comptes
from bootstrap.reglages import Reglages
from kernel.refus import SaisieInvalide
from tests.web.fabrique import Site
from web.application import creer
from web.exposition import LOCALE, Exposition, ExpositionRefusee, Mandataires, exposer, lire_reseaux

DECLARE: dict[str, Any] = {"hotes": "subventions.invalid, aides.invalid", "mandataires": "10.1.0.0/16 127.0.0.1,::1"}


def test_sur_cette_machine_rien_n_est_exige(site: Site) -> None:
    for hote in ("127.0.0.1", "localhost"):
        assert exposer(Reglages(), site.application.state.portes.site, hote) is LOCALE


@pytest.mark.parametrize(
    ("reglages", "manques"),
    [
        ({}, {"son nom", "aucun mandataire", "personne n’a"}),
        ({"hotes": "subventions.invalid"}, {"aucun mandataire", "personne n’a"}),
        (DECLARE, {"personne n’a"}),
    ],
)
def test_ce_qui_manque_est_dit(
    site: Site, monkeypatch: pytest.MonkeyPatch, reglages: dict[str, Any], manques: set[str]
) -> None:
    """Also where it would listen here: a name that is declared says that others come, through a proxy of this machine."""
    portes = site.application.state.portes.site
    monkeypatch.setattr(portes.comptes, "tous", list)
    for hote in ("0.0.0.0", "127.0.0.1") if reglages else ("0.0.0.0",):  # noqa: S104 - only the name of an address
        with pytest.raises(ExpositionRefusee) as refus:
            exposer(Reglages(**reglages), portes, hote)
        dits = refus.value.champs["manques"]
        assert len(dits) == len(manques)
        assert all(any(dit.startswith(manque) for dit in dits) for manque in manques)


def test_avec_un_compte_un_nom_et_un_mandataire_il_se_sert(site: Site) -> None:
    portes = site.application.state.portes.site
    comptes.inviter(site.services, portes, "ines", "ines@exemple.fr", "admin")
    exposition = exposer(Reglages(**DECLARE), portes, "0.0.0.0", ["autre.invalid"])  # noqa: S104 - as above
    assert exposition.hotes == ("subventions.invalid", "aides.invalid", "autre.invalid")
    assert (exposition.locale, len(exposition.mandataires)) == (False, 3)


@pytest.mark.parametrize("texte", ["partout", "10.0.0.1/8", "300.0.0.1", "10.0.0.0/99"])
def test_un_mandataire_mal_ecrit_est_refuse(texte: str) -> None:
    with pytest.raises(SaisieInvalide, match="DILIGENCE_MANDATAIRES"):
        lire_reseaux(texte)


@pytest.mark.parametrize(
    ("de", "protocole", "pour", "vu"),
    [
        ("10.1.2.3", "https", "192.0.2.7", ("https", "192.0.2.7")),
        ("10.1.2.3", "http, https", "203.0.113.9, 192.0.2.7, 10.1.9.9", ("https", "192.0.2.7")),
        ("10.1.2.3", "https, http", "192.0.2.7", ("http", "192.0.2.7")),
        ("10.1.2.3", "", "", ("http", "10.1.2.3")),
        ("10.1.2.3", "ftp", "10.1.2.4", ("http", "10.1.2.3")),
        ("192.0.2.66", "https", "198.51.100.1", ("http", "192.0.2.66")),
        ("testclient", "https", "198.51.100.1", ("http", "testclient")),
    ],
)
def test_seul_un_mandataire_declare_est_cru(de: str, protocole: str, pour: str, vu: tuple[str, str]) -> None:
    async def dire(scope: Scope, receive: Receive, send: Send) -> None:
        requete = Request(scope)
        assert requete.client is not None
        await JSONResponse([requete.url.scheme, requete.client.host])(scope, receive, send)

    client = TestClient(Mandataires(dire, lire_reseaux("10.1.0.0/16")), client=(de, 5000))
    reponse = client.get("/", headers={"x-forwarded-proto": protocole, "x-forwarded-for": pour})
    assert tuple(reponse.json()) == vu


def test_sans_tls_rien_ne_repond_hors_de_cette_machine(site: Site) -> None:
    portes = site.application.state.portes
    exposition = Exposition(("subventions.invalid",), lire_reseaux("10.1.0.0/16"), locale=False)
    application = creer(portes.reglages, site.services, portes.lectures, portes.site, exposition)
    client = TestClient(application, "http://subventions.invalid", client=("10.1.2.3", 5000), follow_redirects=False)
    for adresse in ("/", "/connexion", "/api/v1/file", "/sante"):
        reponse = client.get(adresse)
        assert (reponse.status_code, "HTTPS" in reponse.text) == (400, True)
    reponse = client.get("/connexion", headers={"x-forwarded-proto": "https"})
    assert reponse.status_code == 200
    assert reponse.headers["strict-transport-security"].startswith("max-age=")
    assert client.get("/", headers={"x-forwarded-proto": "https", "host": "127.0.0.1"}).status_code == 400
