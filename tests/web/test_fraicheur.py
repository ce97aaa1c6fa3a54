"""A page that stays open, and rows that are late: nobody sees what is no longer so without being told."""

import asyncio
import random
import re
from collections.abc import Iterator
from html import unescape
from typing import Final
from uuid import UUID

import httpx
import pytest

from tests.moteur import PIECES, deposer, faire
from tests.web.fabrique import Site, ouvrir_site
from web import fraicheur
from web.gabarits import STATIQUE
from web.portes import Portes

LECTEURS: Final = 200
AU_PLUS_S: Final = 5.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A store of its own: these tests write."""
    with ouvrir_site(tmp_path_factory.mktemp("fraicheur")) as site:
        yield site


@pytest.fixture
def heure(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock by which the head is read again, at its only item."""
    heure = [1000.0]
    monkeypatch.setattr("web.fraicheur.time.monotonic", lambda: heure[0])
    return heure


def position_de(page: str) -> int:
    (position,) = re.findall(r'data-position="(\d+)"', page)
    return int(position)


def du_script(nom: str) -> float:
    """A duration of the script, in seconds."""
    trouvee = re.search(rf"{nom} = (\d+)", (STATIQUE / "site.js").read_text())
    assert trouvee is not None
    return int(trouvee[1]) / 1000


def test_deux_cents_lecteurs_savent_avant_cinq_secondes_que_leur_page_a_vieilli(
    site: Site, heure: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each asks at its own moment, as the script does; the store is asked twice a second, whoever asks."""
    enregistreur, lues = site.services.store.enregistreur, list[float]()
    page, client = position_de(site.client_de("ines").get("/file").text), site.anonyme
    lire = enregistreur.derniere_position

    def noter() -> int:
        lues.append(heure[0])
        return lire()

    monkeypatch.setattr(enregistreur, "derniere_position", noter)
    cadence, tirage = du_script("CADENCE_MS"), random.Random(11)
    phases = [tirage.random() * cadence for _ in range(LECTEURS)]
    demandes = sorted((1000 + phase + n * cadence, qui) for qui, phase in enumerate(phases) for n in range(3))
    fait_a, prevenus = 1000 + cadence, dict[int, float]()
    fait = False
    for instant, qui in demandes:
        if not fait and instant > fait_a:
            deposer(site.services, pieces=PIECES, le=None, lot=None)
            fait, lues[:] = True, []
        heure[0] = instant
        if client.get(fraicheur.ADRESSE).json()["position"] != page:
            assert fait, "told of nothing"
            prevenus.setdefault(qui, instant)
    assert len(prevenus) == LECTEURS
    assert max(prevenus.values()) - fait_a + du_script("PATIENCE_MS") < AU_PLUS_S
    assert len(lues) <= 2 * (demandes[-1][0] - fait_a) + 2


def test_deux_cents_lecteurs_ensemble_ne_chargent_rien_et_ne_comptent_pour_personne(
    site: Site, heure: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    portes: Portes = site.application.state.portes
    nom, secret = site.temoin_de("ines")
    charges, sessions = list[object](), list[object]()
    monkeypatch.setattr(site.services.store.application.events, "get", charges.append)
    monkeypatch.setattr(portes.site.sessions, "lire", sessions.append)
    monkeypatch.setattr(portes.demandes, "limite", 0)

    async def demander() -> list[httpx.Response]:
        transport = httpx.ASGITransport(site.application)
        async with httpx.AsyncClient(transport=transport, base_url=site.url, cookies={nom: secret}) as client:
            return await asyncio.gather(*(client.get(fraicheur.ADRESSE) for _ in range(LECTEURS)))

    reponses = asyncio.run(demander())
    tete = site.services.store.enregistreur.derniere_position()
    assert {(r.status_code, r.json()["position"]) for r in reponses} == {(200, tete)}
    assert (charges, sessions) == ([], [])


@pytest.mark.parametrize(
    "adresse", ["/file", "/dossiers/{avis}", "/seances", "/seances/{seance}", "/echeances", "/lots"]
)
def test_une_page_dit_l_heure_et_la_position_ou_elle_fut_faite(site: Site, adresse: str) -> None:
    page = site.client_de("ines").get(adresse.format(**site.refs)).text
    if adresse == "/lots":  # a list of what is done
        assert "data-position" not in page
        return
    assert position_de(page) == site.services.store.enregistreur.derniere_position()
    assert re.search(r"Affichage de \d+ h \d\d min \d\d s", unescape(page).replace("\u00a0", " "))


def test_le_passe_ne_vieillit_pas(site: Site) -> None:
    assert "data-position" not in site.client_de("ines").get(f"/dossiers/{site.refs['avis']}?au=2026-01-21").text


def test_des_lignes_en_retard_se_disent_et_se_montrent(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.client_de("ines")
    assert "Affichage à jour à" not in client.get("/file").text
    ref = deposer(site.services, pieces=PIECES, le=None, lot=None).ref
    with monkeypatch.context() as presse:
        presse.setattr(fraicheur, "PATIENCE_S", 0.0)
        page = client.get(f"/file?q={ref}").text
        assert "Affichage à jour à" in page
        assert "Aucune ligne ne répond" in page
    page = client.get(f"/file?q={ref}").text
    assert "Affichage à jour à" not in page
    assert f"/dossiers/{ref}" in page


def test_qui_attend_qu_un_autre_rattrape_n_attend_pas_sans_fin(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    portes: Portes = site.application.state.portes
    monkeypatch.setattr(fraicheur, "PATIENCE_S", 0.01)
    with portes._un_seul:
        page = site.client_de("ines").get("/file").text
    assert "Affichage à jour à" in page
    assert "<tbody" in page


def test_un_formulaire_demande_la_version_de_son_dossier_et_de_lui_seul(site: Site) -> None:
    client, ref = site.client_de("ines"), site.refs["avis"]
    page = client.get(f"/dossiers/{ref}/gestes/noter").text
    ((element, version),) = re.findall(r'data-element="([^"]+)" data-version="(\d+)"', page)
    assert client.get(f"/position/{element}").json() == {"version": int(version)}
    faire(site.services, "dossier noter", "ines", dossier=ref, texte="exemple fictif")
    assert client.get(f"/position/{element}").json() == {"version": int(version) + 1}
    assert client.get(f"/position/{UUID(int=7)}").json() == {"version": 0}
    assert site.anonyme.get(f"/position/{element}").status_code == 303, "a number of facts is for who is signed in"
    assert "data-position" in client.get("/recherche?q=NQE").text
    assert "data-element" not in client.get("/dossiers/gestes/deposer").text
