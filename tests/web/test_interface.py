"""The page of the API: every operation, in French, with its fields, its roles and an example."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from application.gestes.recueil import tous
from tests.web.fabrique import Site
from web.adresses import adresse_du_geste

ANGLAIS = re.compile(r"\b(the|return|whether|which|what|string|integer|array|null or)\b", re.IGNORECASE)


def page(client: TestClient, adresse: str) -> str:
    reponse = client.get(adresse)
    assert (reponse.status_code, reponse.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return unescape(re.sub(r"<[^>]+>", " ", str(reponse.text)))


def test_la_liste_a_chaque_operation_et_se_lit_sans_connexion(site: Site) -> None:
    liste = page(site.anonyme, "/api")
    for geste in tous():
        assert f"POST {adresse_du_geste(geste)}" in liste
    assert "GET /api/v1/dossiers/{ref}/historique" in liste
    assert "Responsable" in liste
    assert "jamais une application" in liste


def test_chaque_operation_dit_en_francais_ses_champs_ses_refus_et_un_exemple(site: Site) -> None:
    description = site.anonyme.get("/api/v1/openapi.json").json()
    operations = [operation for chemin in description["paths"].values() for operation in chemin.values()]
    for operation in operations:
        lue = page(site.anonyme, f"/api?operation={operation['operationId']}")
        assert operation["summary"] in lue
        assert not ANGLAIS.search(lue), (operation["operationId"], ANGLAIS.search(lue))
        assert "Le rôle manque" in lue
    proposer = page(site.anonyme, "/api?operation=dossier_proposer")
    assert "montant_centimes" in proposer
    assert "nombre entier" in proposer
    assert "Idempotency-Key" in proposer
    assert "commande_id" in proposer
    assert '"aupres_de": "ville"' in page(site.anonyme, "/api?operation=dossier_demander_avis")


@pytest.mark.parametrize("operation", ["inconnue", "<script>alert(1)</script>"])
def test_une_operation_inconnue_est_une_page(site: Site, operation: str) -> None:
    reponse = site.anonyme.get("/api", params={"operation": operation})
    assert (reponse.status_code, reponse.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<script>" not in reponse.text
