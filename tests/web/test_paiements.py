"""Why a payment: from the transfer back to the demande, and from the demande to the euros."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.web.fabrique import Site, ouvrir_site_paye

LIEN = re.compile(r'href="([^"]+)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site_paye(tmp_path_factory.mktemp("paye")) as site:
        yield site


def lue(site: Site, ref: str) -> str:
    reponse = site.client_de("fanny").get(f"/dossiers/{site.refs[ref]}/paiements")
    assert reponse.status_code == 200
    return unescape(reponse.text)


def maillons(page: str, rang: int) -> list[str]:
    section = page.split(f'id="echeance-{rang}"', 1)[1].split("</section>", 1)[0]
    return re.findall(r"<strong>(.*?)</strong>", section)


def test_un_virement_se_remonte_jusqu_a_la_demande(site: Site) -> None:
    page = lue(site, "paye")
    assert maillons(page, 1) == [
        "Virement",
        "Ordre signé",
        "Bordereau",
        "Mandat",
        "Liquidation",
        "Échéancier",
        "Engagement des crédits",
        "Ouverture de la subvention",
        "Force exécutoire",
        "Vote",
        "Visa",
        "Proposition",
        "Demande",
    ]
    assert maillons(page, 2)[0] == "Échéancier", "nothing was done yet to pay the second one"
    assert "4 pour, 0 contre" in page


def test_un_rejet_et_sa_tentative_se_lisent(site: Site) -> None:
    assert maillons(lue(site, "rejete"), 1)[:3] == ["Rejet du comptable", "Ordre signé", "Bordereau"]


def test_chaque_maillon_mene_a_son_fait(site: Site) -> None:
    client = site.client_de("fanny")
    base = f"/dossiers/{site.refs['paye']}"
    liens = {lien for lien in LIEN.findall(lue(site, "paye")) if "#" in lien and not lien.startswith("#")}
    assert {lien.partition("#")[0] for lien in liens} >= {base}
    assert any(lien.startswith("/bordereaux/") for lien in liens)
    for lien in liens:
        adresse, _, ancre = lien.partition("#")
        assert f'id="{ancre}"' in client.get(adresse).text, lien


def test_une_ligne_de_bordereau_mene_a_pourquoi_elle_est_payee(site: Site) -> None:
    client = site.client_de("fanny")
    (bordereau,) = {li for li in LIEN.findall(lue(site, "paye")) if li.startswith("/bordereaux/")}
    lignes = [li for li in LIEN.findall(client.get(bordereau.partition("#")[0]).text) if "/paiements#" in li]
    assert lignes == [f"/dossiers/{site.refs['paye']}/paiements#echeance-1"]


def test_de_la_demande_aux_euros_chaque_ecart_a_sa_source(site: Site) -> None:
    page = lue(site, "paye")
    aller = page.split('id="t-aller"', 1)[1]
    etapes = re.findall(r'role="rowheader">(.*?)</th>', aller)
    assert etapes[0] == "Demandé"
    assert etapes[-5:] == ["Voté", "Engagé", "Liquidé", "Mandaté", "Payé"]
    assert "− " in aller, "seventy percent is paid: what is not yet paid is a difference"


def test_un_numero_inconnu_n_a_pas_de_paiement(site: Site) -> None:
    assert site.client_de("fanny").get("/dossiers/NQE-2026-AAAAA/paiements").status_code == 404
