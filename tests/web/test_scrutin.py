"""The scrutin by HTTP: what is typed is what is recorded; what is refused, what another did, what is sent twice."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from tests.application.seance import ENVELOPPE, SEANCE, Region
from tests.web.fabrique import Site
from tests.web.region import en_seance, ouvrir_site_de_region

ADRESSE = f"/seances/{SEANCE}/scrutin"
Tenue = tuple[Region, Site, str]


@pytest.fixture
def tenue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenue]:
    with ouvrir_site_de_region(tmp_path_factory.mktemp("scrutin")) as (region, site):
        yield region, site, en_seance(region, 4)


class Clerc:
    """Reads the page of a line, then sends its form."""

    def __init__(self, site: Site, login: str = "aline") -> None:
        self.client = site.client_de(login)

    def ouvrir(self, ligne: int = 0) -> dict[str, str]:
        """Return the hidden fields, and the choice that is ready."""
        page = self.client.get(ADRESSE + (f"?ligne={ligne}" if ligne else "")).text
        champs = {
            nom: re.search(rf'name="{nom}" value="([^"]*)"', page)
            for nom in ("ligne", "version", "commande_id", "jeton")
        }
        pret = re.search(r'name="choix" value="([^"]*)" checked autofocus', page)
        assert pret is not None
        return {nom: lu[1] for nom, lu in champs.items() if lu} | {"choix": pret[1], "mode": "main_levee"}

    def envoyer(self, formulaire: dict[str, str], **champs: str) -> Response:
        reponse: Response = self.client.post(ADRESSE, data=formulaire | champs)
        return reponse

    def voter(self, ligne: int = 0, **champs: str) -> Response:
        return self.envoyer(self.ouvrir(ligne), **champs)


def votes(region: Region, rapport: str) -> list[Any]:
    return list(region.deliberation(rapport).votes.values())


def test_le_vote_d_avant_est_repris_sans_ses_deports_et_le_dernier_a_part_se_laisse(tenue: Tenue) -> None:
    region, site, rapport = tenue
    clerc = Clerc(site)
    assert clerc.ouvrir()["choix"] == "pour"
    reponse = clerc.voter(deports="3", abstention="elu-02", amendement="9 000,50")
    assert reponse.headers["location"].startswith(f"{ADRESSE}?ligne=2&recu=")
    assert clerc.voter().status_code == 303
    assert clerc.voter(contre="2, 04").status_code == 303
    page = unescape(clerc.client.get(ADRESSE).text)
    assert "Même vote que la ligne 3\u00a0: tous pour, sauf contre\u00a0: elu-02, elu-04" in page
    assert "Même vote que la ligne 2\u00a0: tous pour, sauf abstention\u00a0: elu-02" in page
    avant = re.findall(r'name="choix" value="(meme:[^"]*)"', page)[1]
    fin = clerc.voter(choix=avant)
    assert fin.headers["location"].startswith(f"{ADRESSE}?recu=")
    premier, deuxieme, troisieme, dernier = (vote.bulletin for vote in votes(region, rapport))
    assert (premier.deports, premier.abstention, premier.amendement_centimes) == (("elu-03",), ("elu-02",), 900_050)
    assert (deuxieme.deports, deuxieme.abstention, deuxieme.amendement_centimes) == ((), ("elu-02",), None)
    assert (troisieme.abstention, troisieme.contre) == ((), ("elu-02", "elu-04"))
    assert dernier == deuxieme
    assert "Toutes les lignes sont votées" in unescape(clerc.client.get(fin.headers["location"]).text)


def test_ce_qui_reste_se_vote_d_un_coup_apres_verification(tenue: Tenue) -> None:
    region, site, rapport = tenue
    clerc = Clerc(site)
    assert clerc.voter(choix="contre").status_code == 303
    formulaire = clerc.ouvrir() | {"choix": "pour", "portee": "reste"}
    verifier = clerc.envoyer(formulaire)
    assert (verifier.status_code, len(votes(region, rapport))) == (200, 1)
    assert "Vérifiez avant d’enregistrer" in unescape(verifier.text)
    assert "30\u202f480,00" in verifier.text
    assert clerc.envoyer(formulaire, confirme="1").headers["location"].startswith(f"{ADRESSE}?recu=")
    assert [vote.lignes for vote in votes(region, rapport)] == [(1,), (2, 3, 4)]


def test_une_ligne_ajournee_n_est_pas_votee(tenue: Tenue) -> None:
    region, site, rapport = tenue
    assert Clerc(site).voter(2, choix="ajourner").headers["location"].startswith(f"{ADRESSE}?ligne=3&")
    assert region.deliberation(rapport).ligne(2).resultat == "ajournee"


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"deports": "99"}, "Aucun membre ne répond à «\u00a099\u00a0»."),
        ({"amendement": "beaucoup"}, "n’est pas un montant lisible"),
        ({"amendement": "99 999 999"}, "au plus égal au montant demandé"),
        ({"choix": "meme:DEL-1999-AAAAA:3"}, "Dites ce que tous votent."),
        ({"contre": "2", "abstention": "2"}, "Ces membres votent deux fois"),
        ({"deports": "1 2"}, "Quorum non atteint pour ce scrutin"),
        ({"heure": "23:59"}, "L’heure de ce scrutin n’est pas encore venue."),
        ({"version": "x"}, "Ce formulaire est incomplet"),
        ({"mode": "bulletin"}, "À corriger"),
    ],
)
def test_un_refus_se_lit_et_garde_ce_qui_est_tape(tenue: Tenue, champs: dict[str, str], dit: str) -> None:
    region, site, rapport = tenue
    reponse = (clerc := Clerc(site)).envoyer(clerc.ouvrir() | {"nppv": "4"} | champs)
    assert reponse.status_code == 422
    assert dit in unescape(reponse.text)
    assert 'name="nppv" value="4"' in reponse.text
    assert votes(region, rapport) == []


def test_deux_clercs_ou_deux_touches_n_enregistrent_qu_un_vote(tenue: Tenue) -> None:
    region, site, rapport = tenue
    clerc, autre = Clerc(site), Clerc(site)
    formulaire, le_sien = clerc.ouvrir(), autre.ouvrir()
    assert [clerc.envoyer(formulaire).status_code for _ in range(2)] == [303, 303]
    reponse = autre.envoyer(le_sien, contre="2")
    assert reponse.status_code == 409
    assert "Pendant votre saisie" in reponse.text
    assert "Ligne 1\u00a0: adoption" in unescape(reponse.text)
    assert len(votes(region, rapport)) == 1


def test_une_seance_suspendue_ne_laisse_qu_ajourner(tenue: Tenue) -> None:
    region, site, rapport = tenue
    region.faire("seance suspendre", "aline", seance=SEANCE)
    clerc = Clerc(site)
    assert clerc.ouvrir()["choix"] == "ajourner"
    page = unescape(clerc.client.get(ADRESSE).text)
    assert "La séance n’est pas ouverte (séance suspendue)" in page
    assert 'value="pour"' not in page
    assert clerc.voter(choix="pour").status_code == 422
    assert votes(region, rapport) == []


def test_le_scrutin_est_au_service_des_assemblees(tenue: Tenue) -> None:
    _, site, _ = tenue
    assert site.client_de("ines").get(ADRESSE).status_code == 403
    assert site.client_de("ines").post(ADRESSE, data={"ligne": "1"}).status_code == 403
    assert Clerc(site).client.get(f"{ADRESSE}?ligne=9").status_code == 422


def test_apres_le_jour_de_la_seance_le_vote_porte_sa_date(tenue: Tenue) -> None:
    region, site, rapport = tenue
    enregistreur = region.services.store.enregistreur
    enregistreur.regler_horloge(enregistreur.maintenant() + timedelta(days=2))
    assert Clerc(site).voter().status_code == 303
    assert (
        str(region.services.store.inscriptions(region.deliberation(rapport).id)[-1].entete.effectif_le) == "2026-06-18"
    )


def test_une_longue_seance_se_lit_par_pages_sans_perdre_la_ligne_visee(
    tenue: Tenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    region, site, rapport = tenue
    monkeypatch.setattr("web.pans.PAR_PAGE", 2)
    client = site.client_de("aline")
    page = unescape(client.get(f"{ADRESSE}?ligne=2").text)
    assert re.findall(r'<tr role="row" id="ligne-(\d)"', page) == ["1", "2"]
    (suite,) = re.findall(r'<a href="([^"]+)" rel="next">', page)
    page = unescape(client.get(suite).text)
    assert re.findall(r'<tr role="row" id="ligne-(\d)"', page) == ["3", "4"]
    assert 'name="ligne" value="2"' in page, "the line in focus stays"
    assert 'rel="prev"' in page
    assert "Lignes 3 à 4 sur 4" in page
    assert Clerc(site).voter(2).headers["location"].startswith(f"{ADRESSE}?ligne=3&recu=")
    assert re.findall(r'<tr role="row" id="ligne-(\d)"', client.get(f"{ADRESSE}?ligne=3").text) == ["3", "4"]
    dossier = region.deliberation(rapport).ligne(1).rapport.ref
    encore = {"enveloppe": ENVELOPPE, "montant_centimes": 100, "source": "autre exemple fictif"}
    region.faire("enveloppe voter-budget", "fanny", **encore)
    for login, adresse in {
        "ines": f"/dossiers/{dossier}",
        "fanny": f"/enveloppes/{ENVELOPPE}",
        "aline": f"/deliberations/{rapport}",
        "rene": f"/seances/{SEANCE}",
    }.items():
        _marcher(site.client_de(login), adresse)


def _marcher(client: TestClient, adresse: str) -> None:
    """A page of what grows shows two rows and two facts at most, and leads to all the others; a link to a fact finds it."""
    lues, a_lire, vus = set[str](), [adresse], set[str]()
    while a_lire:
        lues.add(ici := a_lire.pop())
        page = unescape(client.get(ici).text)
        faits = re.findall(r'<li id="(fait-\d+)">', page)
        rangees = page.split("t-attentes", 1)[0].count('<tr role="row" id="ligne-')
        assert max(len(faits), rangees) <= 2, ici
        vus |= {*faits}
        liens = {lien.partition("#")[0] for lien in re.findall(r'href="([^"]+)" rel="(?:next|prev)"', page)}
        a_lire += sorted(liens - lues - {*a_lire})
        for ailleurs, ancre in re.findall(r'href="([^"#]*)#(fait-\d+)"', page):
            la = client.get(ailleurs or ici).text
            assert f'id="{ancre}"' in la, (ici, ailleurs, ancre)
    assert len(lues) > 1, adresse
    assert vus == {f"fait-{n}" for n in range(1, len(vus) + 1)}, adresse
