"""The box of every page: an exact number leads to its page, the rest is shown kind by kind."""

from html import unescape

import pytest
from fastapi.testclient import TestClient

from tests.web.fabrique import MALVEILLANT, Site


def test_un_numero_exact_mene_a_sa_page(site: Site, client: TestClient) -> None:
    for dit, page in {
        site.refs["avis"].lower(): f"/dossiers/{site.refs['avis']}",
        "qn05981m ": "/dossiers?qpv=QN05981M",
    }.items():
        reponse = client.get("/recherche", params={"q": dit})
        assert (reponse.status_code, reponse.headers["location"]) == (303, page)


def test_des_mots_montrent_ce_qu_ils_trouvent(site: Site, client: TestClient) -> None:
    page = unescape(client.get("/recherche", params={"q": "passerelles"}).text)
    assert "Dossiers\u00a0: 5" in page
    assert "Tiers\u00a0: 5" in page
    assert "Nouveau Roubaix" in unescape(client.get("/recherche?q=nouveau%20roubaix").text)
    conventions = client.get("/recherche", params={"q": "de"}).text
    assert "espece=dossier" in conventions
    assert 'rel="next"' in client.get("/recherche?q=de&espece=dossier").text
    for dit in ("introuvable-ici", "", "<script>alert(1)</script>"):
        vide = client.get("/recherche", params={"q": dit})
        assert vide.status_code == 200
        assert "Se cherchent" in vide.text or dit.startswith("<")
        assert "<script>alert" not in vide.text
    assert MALVEILLANT in unescape(client.get("/recherche?q=fete%20tilleuls").text)
    assert client.get("/recherche?espece=agent").status_code == 422


def test_les_dossiers_se_filtrent_par_quartier_et_par_etape(site: Site, client: TestClient) -> None:
    def refs(adresse: str) -> set[str]:
        page = client.get(adresse)
        assert page.status_code == 200
        return {ref for ref in site.refs.values() if f'href="/dossiers/{ref}"' in page.text}

    du_quartier = refs("/dossiers?qpv=QN05981M")
    assert site.refs["malveillant"] not in du_quartier
    assert refs("/dossiers?qpv=QN05981M&etape=propose") == {site.refs["visa"]}
    assert refs("/dossiers?campagne=NQE-2026&etape=complet") == {
        site.refs[nom] for nom in ("avis", "visa", "retire", "silence")
    }
    assert "Quartier Nouveau Roubaix" in client.get("/dossiers?qpv=QN05981M").text
    assert client.get("/dossiers?etape=perdue").status_code == 422


@pytest.mark.parametrize("adresse", ["/", "/file", "/dossiers", "/plan-du-site"])
def test_la_recherche_est_sur_chaque_page(client: TestClient, adresse: str) -> None:
    assert 'action="/recherche"' in client.get(adresse).text
