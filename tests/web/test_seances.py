"""The pages of sittings and délibérations: what they say of votes, presences and dates, to whom they offer what."""

from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from tests.application.seance import SEANCE, Region
from tests.web.fabrique import Site
from tests.web.region import en_seance, ouvrir_site_de_region

NBSP = "\u00a0"


@pytest.fixture(scope="module")
def tenue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Region, Site, str]]:
    """A sitting of three lines; the first is voted with a déport and one against, amended; a member left at ten."""
    with ouvrir_site_de_region(tmp_path_factory.mktemp("seance")) as (region, site):
        rapport = en_seance(region, 3)
        region.faire("seance noter-presence", "aline", seance=SEANCE, membre="elu-05", statut="present", heure="09:00")
        scrutin = "{mode: main_levee, defaut: pour, contre: [elu-02], deports: [elu-03], amendement_centimes: 900000}"
        region.voter(rapport, scrutin, ligne="1")
        yield region, site, rapport


def lire(client: TestClient, adresse: str, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut, adresse
    return unescape(reponse.text)


def test_le_calendrier_dit_ou_en_est_chaque_seance(tenue: tuple[Region, Site, str]) -> None:
    _, site, _ = tenue
    page = lire(site.client_de("ines"), "/seances")
    rangee = page.split("<tbody", 1)[1].split("</tr>", 1)[0]
    assert f'href="/seances/{SEANCE}">18{NBSP}juin{NBSP}2026' in rangee
    assert "Ouverte" in rangee
    assert "Levée de la séance" in rangee
    assert [f'class="nombre">{n}<' in rangee for n in (1, 3, 2)] == [True] * 3
    assert "Prévoir une séance" not in page
    assert "Prévoir une séance" in lire(site.client_de("aline"), "/seances")


def test_une_seance_dit_ses_rapports_et_qui_etait_la_a_quelle_heure(tenue: tuple[Region, Site, str]) -> None:
    _, site, rapport = tenue
    page = lire(site.client_de("aline"), f"/seances/{SEANCE}")
    assert f'href="/deliberations/{rapport}"' in page
    assert f"1 adoptée<small>2{NBSP}lignes à voter" in page
    assert f"9\u202f000,00{NBSP}€" in page
    assert f"4{NBSP}présents et 0{NBSP}représenté à l’ouverture, 3 requis sur 5" in page
    assert "préside la séance" in page
    assert f"de 9{NBSP}h{NBSP}00 à la fin" in page
    assert f'href="/seances/{SEANCE}/scrutin"' in page
    lecteur = lire(site.client_de("ines"), f"/seances/{SEANCE}")
    assert "/scrutin" not in lecteur
    assert "Gestes" not in lecteur


def test_une_deliberation_dit_le_vote_de_chaque_ligne(tenue: tuple[Region, Site, str]) -> None:
    region, site, rapport = tenue
    page = lire(site.client_de("ines"), f"/deliberations/{rapport}")
    premiere, seconde = page.split("chacune avec son vote", 1)[1].split("<tbody", 1)[1].split("</tr>")[:2]
    for dit in (region.dossiers[0], "elu-03", f"contre{NBSP}: elu-02", "Adoptée", "amendé", f"18{NBSP}juin{NBSP}2026"):
        assert dit in premiere, dit
    assert [f'data-titre="{nom}" class="nombre">{n}<' in premiere for nom, n in (("Pour", 3), ("Contre", 1))] == [
        True
    ] * 2
    assert "À voter" in seconde


def test_une_page_se_lit_au_passe_sans_geste(tenue: tuple[Region, Site, str]) -> None:
    _, site, rapport = tenue
    aline = site.client_de("aline")
    avant = lire(aline, f"/seances/{SEANCE}?au=2026-06-01")
    assert "Aucun geste n’est possible ici" in avant
    assert "Séance convoquée" in avant
    assert "Aucun rapport n’est préparé" in avant
    assert "Le rapport n’était pas encore préparé" in lire(aline, f"/deliberations/{rapport}?au=2026-06-01")


def test_les_lignes_s_ouvrent_dans_un_tableur(tenue: tuple[Region, Site, str]) -> None:
    region, site, rapport = tenue
    reponse = site.client_de("ines").get(f"/deliberations/{rapport}?format=csv")
    assert reponse.headers["content-disposition"] == f'attachment; filename="{rapport}.csv"'
    entete, premiere, *_ = reponse.text.splitlines()
    assert entete.startswith("\ufeffLigne;Dossier;")
    assert premiere.split(";")[1:10] == [
        region.dossiers[0],
        "Les Passerelles (exemple)",
        "Attribution",
        "10160,00",
        "",
        "9000,00",
        "3",
        "1",
        "0",
    ]


def test_ce_qui_n_a_pas_d_autre_adresse_mene_a_la_page(tenue: tuple[Region, Site, str]) -> None:
    _, site, rapport = tenue
    reponse = site.client_de("ines").get(f"/elements/deliberation/{rapport}?au=2026-06-01")
    assert (reponse.status_code, reponse.headers["location"]) == (303, f"/deliberations/{rapport}?au=2026-06-01")
    assert site.client_de("ines").get("/seances/CP-1999-01-01").status_code == 404


def test_une_seance_levee_n_attend_plus_rien(tenue: tuple[Region, Site, str]) -> None:
    region, site, _ = tenue
    region.faire("seance lever", "aline", seance=SEANCE)
    passees = lire(site.client_de("ines"), "/seances").split("Levées</h2>")[1]
    assert passees.count("</tr>") == 2
    assert 'data-titre="Ce qu’on attend">rien<' in passees
    assert [f'class="nombre">{n}<' in passees for n in (1, 3, 2)] == [True] * 3
