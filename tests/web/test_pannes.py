"""The base away, or a fault of ours: said on a page of its own, with every header; the next answer is right again."""

from pathlib import Path

import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from psycopg.conninfo import conninfo_to_dict

from bootstrap.reglages import Reglages
from kernel.identifiants import BAIL_DE_TEMPORAL, BAIL_DU_RELAIS
from tests.moteur import PIECES, deposer, ouvrir_store
from tests.web.fabrique import Site, devant_le_store
from web.application import creer
from web.porte import ENTETES


@pytest.mark.parametrize("ou", ["web.porte.reconnaitre", "web.pages.accueil.requetes.par_etat"])
@pytest.mark.parametrize("erreur", [OperationalError("disk I/O error"), OSError(28, "No space left on device")])
def test_une_base_qui_ne_repond_pas_se_dit_et_revient_d_elle_meme(site: Site, ou: str, erreur: Exception) -> None:
    def en_panne(*_: object) -> None:
        raise erreur

    with pytest.MonkeyPatch.context() as panne:
        panne.setattr(ou, en_panne)
        panne.setattr(type(site.services.store.enregistreur), "est_repetition", en_panne)
        reponse = site.client_de("ines").get("/")
        assert (reponse.status_code, reponse.headers["retry-after"]) == (503, "10")
        assert "ne répond pas" in reponse.text
        assert {nom: reponse.headers[nom] for nom in ENTETES} == ENTETES
    assert site.client_de("ines").get("/").status_code == 200


def test_un_programme_lit_un_probleme(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def en_panne(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("web.porte.reconnaitre", en_panne)
    reponse = site.client_de("ines").get("/api/v1/file")
    assert (reponse.status_code, reponse.headers["content-type"]) == (503, "application/problem+json")
    assert reponse.json()["title"] == "Le service ne peut pas répondre pour le moment"


def test_une_faute_a_aussi_tous_les_entetes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.accueil.requetes.par_etat", lambda *_: 1 / 0)
    reponse = site.client_de("ines").get("/")
    assert reponse.status_code == 500
    assert "La faute est de notre côté" in reponse.text
    assert {nom: reponse.headers[nom] for nom in ENTETES} == ENTETES


def test_au_dela_de_douze_agents_chaque_page_mene_au_choix(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.personne.JOUES_MAX", 1)
    page = site.client_de("ines").get("/dossiers?etat=clos").text
    assert 'name="agent"' not in page
    assert 'href="/connexion?vers=/dossiers%3Fetat%3Dclos"' in page


def test_sans_moteur_on_travaille_et_chaque_page_le_dit(site: Site) -> None:
    """Only where an engine is expected, and until one is back."""
    portes, enregistreur = site.application.state.portes, site.services.store.enregistreur
    base = Reglages(base=portes.reglages.base)
    attendu = Site(creer(base, site.services, portes.lectures, portes.site, moteur_attendu=True), site.services, {})
    client, dit = attendu.client_de("ines"), "Le moteur est arrêté"
    assert all(dit in client.get(adresse).text for adresse in ("/", "/file", "/dossiers"))
    assert dit not in site.client_de("ines").get("/").text
    assert dit not in attendu.anonyme.get("/connexion").text
    assert enregistreur.prendre_bail(BAIL_DU_RELAIS, "relais", 60)
    assert "Les rappels et les effets des délais prennent du retard" in client.get("/").text, "Temporal does not answer"
    assert enregistreur.prendre_bail(BAIL_DE_TEMPORAL, "relais", 60)
    assert dit not in client.get("/").text
    for bail in (BAIL_DU_RELAIS, BAIL_DE_TEMPORAL):
        enregistreur.prendre_bail(bail, "relais", 0)
        assert dit in client.get("/").text


def test_postgresql_arrete_se_dit_et_le_site_revient_de_lui_meme(
    tmp_path: Path, postgres_serveur: str, postgres_url: str
) -> None:
    """Every connection is cut and none is accepted: a page and a problem say so; a form keeps what was typed."""
    with ouvrir_store(tmp_path, repetition=True, postgres=postgres_url) as (services, base):
        ref = deposer(services, pieces=PIECES, le=None, lot=None).ref
        with devant_le_store(services, base) as application:
            client = Site(application, services, {}).client_de("ines")
            assert client.get(f"/dossiers/{ref}").status_code == 200
            nom = conninfo_to_dict(postgres_url)["dbname"]
            with psycopg.connect(postgres_serveur, autocommit=True) as ailleurs:
                ailleurs.execute(f"ALTER DATABASE {nom} ALLOW_CONNECTIONS false")
                ailleurs.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (nom,))
                for adresse in (f"/dossiers/{ref}", "/file", "/api/v1/file", "/connexion"):
                    reponse = client.get(adresse)
                    assert (reponse.status_code, reponse.headers["retry-after"]) == (503, "10"), adresse
                    assert "ne répond pas" in reponse.text
                envoi = client.post(f"/dossiers/{ref}/gestes/retirer", data={"motif": "exemple"})
                assert envoi.status_code == 503
                ailleurs.execute(f"ALTER DATABASE {nom} ALLOW_CONNECTIONS true")
            assert client.get(f"/dossiers/{ref}").status_code == 200
            assert client.get("/file").status_code == 200
