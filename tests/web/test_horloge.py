"""The clock of a rehearsal, moved from its pages: where it may be, by whom, and what is said of it."""

import asyncio
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from application.commandes import FichierRecu
from application.mots import NBSP
from kernel.instants import PARIS, Instant, debut_de_jour, jour_de
from tests.application.seance import COMPOSITION
from tests.moteur import PIECES, deposer, faire, ouvrir_store
from tests.web.fabrique import Site, devant_le_store
from workers import horloge

ICI = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}


@pytest.fixture(params=[True])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A store on the 5th of January with one request; its clock may be moved when it is a rehearsal."""
    with ouvrir_store(tmp_path, repetition=request.param) as (services, base):
        ref = deposer(services, pieces=PIECES, le=None, lot=None).ref

        async def avancer(a: Instant) -> int:
            portes = application.state.portes
            return await horloge.avancer(portes.reglages, services, portes.lectures, None, a)

        with devant_le_store(services, base, avancer=avancer if request.param else None) as application:
            yield Site(application, services, {"un": ref})


def test_chaque_page_dit_que_l_horloge_est_arretee_et_propose_de_l_avancer(site: Site) -> None:
    for adresse in ("/", "/file", "/dossiers", f"/dossiers/{site.refs['un']}", "/accessibilite", "/nulle-part"):
        page = site.client_de("ines").get(adresse).text
        assert f"horloge au 5{NBSP}janvier{NBSP}2026 à 0{NBSP}h{NBSP}00, arrêtée" in page, adresse
        assert '<form class="avancer" method="post" action="/horloge">' in page, adresse


@pytest.mark.parametrize(
    ("saisi", "attendu"),
    [
        ("15/03/2026", datetime(2026, 3, 15, 9, tzinfo=PARIS)),
        ("2026-03-15", datetime(2026, 3, 15, 9, tzinfo=PARIS)),
        (" 15/03/2026 14:30 ", datetime(2026, 3, 15, 14, 30, tzinfo=PARIS)),
        ("15/03/2026 à 14 h", datetime(2026, 3, 15, 14, tzinfo=PARIS)),
        ("2026-03-15T14:30:00+01:00", datetime(2026, 3, 15, 14, 30, tzinfo=PARIS)),
    ],
)
def test_avancee_elle_fait_ce_qui_est_du_et_le_dit(site: Site, saisi: str, attendu: Instant) -> None:
    reponse = site.client_de("ines").post("/horloge", data={"jour": saisi}, headers=ICI)
    assert reponse.status_code == 303, reponse.text
    assert site.services.maintenant() == attendu
    page = site.client_de("ines").get(reponse.headers["location"]).text
    assert f"L’horloge est au 15{NBSP}mars{NBSP}2026" in page
    assert "Revenir à la page" not in page
    assert f"7{NBSP}faits ont été enregistrés" in page, (
        "the registration, its accusé written and sent, the tiers, its request and its link, the implicit rejection"
    )
    dossier = site.client_de("ines").get(f"/api/v1/dossiers/{site.refs['un']}").json()
    assert "silence" not in {attente["code"] for attente in dossier["attentes"]}


@pytest.mark.parametrize(
    ("saisi", "dit"),
    [
        ("", "Donnez une date"),
        ("demain", "Date impossible"),
        ("31/02/2026", "Date impossible"),
        ("15/03/2026 25:00", "Heure impossible"),
        ("01/01/2026", "recule"),
        ('"><script>', "Date impossible"),
    ],
)
def test_une_date_refusee_est_gardee_comme_elle_est_ecrite(site: Site, saisi: str, dit: str) -> None:
    reponse = site.client_de("ines").post("/horloge", data={"jour": saisi}, headers=ICI)
    assert reponse.status_code == 422
    assert dit in reponse.text
    assert "<title>Erreur : Horloge" in reponse.text
    assert (
        f'name="jour" value="{saisi.replace(chr(34), "&#34;").replace("<", "&lt;").replace(">", "&gt;")}"'
        in reponse.text
    )
    assert site.services.maintenant() == debut_de_jour(date(2026, 1, 5))


@pytest.mark.parametrize(
    "entetes",
    [
        {"origin": "http://ailleurs.invalid"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:81"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1"},
        {"host": "ailleurs.invalid"},
    ],
)
def test_la_page_d_un_autre_site_n_avance_rien(site: Site, entetes: dict[str, str]) -> None:
    reponse = site.client_de("ines").post("/horloge", data={"jour": "15/03/2026"}, headers=entetes)
    assert reponse.status_code in {400, 403}
    assert jour_de(site.services.maintenant()) == date(2026, 1, 5)


def test_la_page_d_une_seance_a_venir_avance_l_horloge_a_son_jour_et_ramene(site: Site) -> None:
    seance = faire(site.services, "seance prevoir", "aline", jour=date(2026, 2, 10)).ref
    assistante = site.client_de("aline")
    page = assistante.get(f"/seances/{seance}").text
    assert f"Avancer l’horloge au 10{NBSP}février{NBSP}2026" in page
    assert "s’ouvrira le jour venu" not in site.client_de("ines").get(f"/seances/{seance}").text
    faire(site.services, "assemblee composer", "aline", fichier=FichierRecu("a.yaml", COMPOSITION.encode()))
    faire(site.services, "seance convoquer", "aline", seance=seance)
    ouvrir = f"/seances/{seance}/gestes/ouvrir"
    assert "La séance se tient le 10/02/2026, pas avant." in assistante.get(ouvrir).text
    champs = dict(re.findall(r'name="(jour|vers)" value="([^"]+)"', page.partition("avis attention")[2]))
    suite = assistante.post("/horloge", data=champs, headers=ICI).headers["location"]
    assert f'href="/seances/{seance}">Revenir à la page d’avant' in assistante.get(suite).text
    assert site.services.maintenant() == datetime(2026, 2, 10, 10, tzinfo=PARIS)
    assert "s’ouvrira le jour venu" not in assistante.get(f"/seances/{seance}").text
    ailleurs = assistante.post("/horloge", data={"jour": "11/02/2026", "vers": "//ailleurs.invalid"}, headers=ICI)
    assert "ailleurs" not in ailleurs.headers["location"]


@pytest.mark.parametrize("site", [False], indirect=True)
def test_l_horloge_d_une_base_reelle_n_a_pas_de_page(site: Site) -> None:
    assert site.client_de("ines").get("/horloge").status_code == 404
    assert site.client_de("ines").post("/horloge", data={"jour": "15/03/2099"}, headers=ICI).status_code == 404
    page = site.client_de("ines").get("/").text
    assert "horloge" not in page.lower()


def test_deux_demandes_ensemble_avancent_l_une_apres_l_autre(site: Site) -> None:
    avancer = site.application.state.portes.avancer

    async def ensemble() -> None:
        await asyncio.gather(*(avancer(debut_de_jour(date(2026, 2, 1))) for _ in range(2)))

    asyncio.run(ensemble())
    assert site.services.maintenant() == debut_de_jour(date(2026, 2, 1))
