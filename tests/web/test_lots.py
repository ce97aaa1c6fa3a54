"""A geste on many dossiers: prepared, confirmed, done row by row; stopped anywhere, it goes on and does none twice."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from application.travail import Issue
from kernel.identifiants import identifiant
from tests.moteur import PIECES, deposer, faire
from tests.web.fabrique import Site, ouvrir_site

SEUIL_S = 20.0
"""Bound of a wait, not of a speed: the progress is what is meant."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A store of its own: these tests write."""
    with ouvrir_site(tmp_path_factory.mktemp("lots")) as site:
        yield site


@pytest.fixture
def client(site: Site) -> TestClient:
    return site.client_de("ines")


def des_dossiers(site: Site, combien: int) -> list[str]:
    return [deposer(site.services, pieces=PIECES, le=None, lot=None).ref for _ in range(combien)]


def jeton(client: TestClient) -> str:
    trouve = re.search(r'name="jeton" value="([^"]+)"', client.get("/file").text)
    assert trouve is not None
    return trouve[1]


def preparer(site: Site, client: TestClient, refs: list[str], geste: str) -> str:
    versions = {ref: len(site.services.store.inscriptions(identifiant("dossier", ref))) for ref in refs}
    envoi = {"jeton": jeton(client), "geste": geste, "sur": [f"{ref} {version}" for ref, version in versions.items()]}
    reponse = client.post("/lots", data=envoi)
    assert reponse.status_code == 303, reponse.text
    return str(reponse.headers["location"])


def finir(client: TestClient, adresse: str) -> str:
    """Read its page until it is no longer under way."""
    fin = time.monotonic() + SEUIL_S
    while 'http-equiv="refresh"' in (lue := client.get(adresse).text):
        assert time.monotonic() < fin, "the batch does not end"
        time.sleep(0.02)
    return unescape(lue).replace("\u00a0", " ")


def faits(site: Site, ref: str) -> list[str]:
    return [i.fait.topic.split(".")[1] for i in site.services.store.inscriptions(identifiant("dossier", ref))]


def test_un_avis_est_demande_a_soixante_dossiers_en_une_fois(site: Site, client: TestClient) -> None:
    refs = des_dossiers(site, 60)
    adresse = preparer(site, client, refs, "dossier declarer-complet")
    client.post(adresse, data={"jeton": jeton(client)})
    assert "60 dossiers traités, 0 refusé" in finir(client, adresse)
    adresse = preparer(site, client, refs, "dossier demander-avis")
    assert "60 possibles" in unescape(client.get(adresse).text).replace("\u00a0", " ")
    manque = client.post(adresse, data={"jeton": jeton(client), "delai": "21 jours"})
    assert (manque.status_code, "Erreur" in manque.text) == (422, True)
    client.post(adresse, data={"jeton": jeton(client), "aupres_de": "ville", "delai": "21 jours"})
    assert "interrompu" not in client.get(adresse).text.lower(), "its page says so from the first moment"
    page = finir(client, adresse)
    assert "60 dossiers traités, 0 refusé" in page
    assert all(faits(site, ref).count("avis_demande") == 1 for ref in refs)
    inscriptions = site.services.store.inscriptions(identifiant("dossier", refs[0]))
    (avis,) = [i for i in inscriptions if i.fait.topic.startswith("dossier.avis_demande")]
    assert avis.entete.lot == adresse.rpartition("/")[2]
    assert client.post(adresse, data={"jeton": jeton(client)}).status_code == 303, "sent again, it does nothing more"
    assert all(faits(site, ref).count("avis_demande") == 1 for ref in refs)


def test_ce_qui_a_bouge_depuis_est_refuse_avec_son_motif_et_n_arrete_rien(site: Site, client: TestClient) -> None:
    refs = des_dossiers(site, 3)
    adresse = preparer(site, client, refs, "dossier declarer-complet")
    cache = re.search(
        r'action="(/dossiers/[^"]+/declarer-complet)">(.*?)</form>', client.get(f"/dossiers/{refs[1]}").text, re.S
    )
    assert cache is not None
    client.post(cache[1], data=dict(re.findall(r'name="([^"]+)" value="([^"]*)"', cache[2])))
    page = unescape(client.get(adresse).text).replace("\u00a0", " ")
    assert "2 possibles, 1 impossible" in page
    client.post(adresse, data={"jeton": jeton(client)})
    page = finir(client, adresse)
    assert "2 dossiers traités, 1 refusé" in page
    assert [faits(site, ref).count("declare_complet") for ref in refs] == [1, 1, 1]


@pytest.mark.parametrize(
    ("geste", "valeurs", "champ"),
    [
        ("demander-avis", {"aupres_de": "Jeanne Exemple", "delai": "21 jours"}, "aupres_de"),
        ("demander-avis", {"aupres_de": "ville", "delai": "bientôt"}, "delai"),
        ("demander-pieces", {"pieces": "inventee", "delai": "15 jours"}, "pieces"),
        ("proposer", {"montant_centimes": "-5"}, "montant_centimes"),
    ],
)
def test_ce_qu_aucune_ligne_n_accepte_est_refuse_a_son_champ_avant_tout(
    site: Site, client: TestClient, geste: str, valeurs: dict[str, str], champ: str
) -> None:
    refs = des_dossiers(site, 2)
    if geste != "demander-pieces":
        for ref in refs:
            faire(site.services, "dossier declarer-complet", "ines", dossier=ref)
    adresse, avant = preparer(site, client, refs, f"dossier {geste}"), site.services.store.derniere_position()
    refusee = client.post(adresse, data={"jeton": jeton(client), **valeurs})
    assert refusee.status_code == 422
    assert f'<a href="#{champ}' in refusee.text
    assert site.services.store.derniere_position() == avant
    if champ == "aupres_de":
        client.post(adresse, data={"jeton": jeton(client), **valeurs, champ: "ville"})
        assert "2 dossiers traités, 0 refusé" in finir(client, adresse), "once corrected, it goes on"


@pytest.mark.parametrize(
    "geste", ["dossier retirer", "dossier declarer-irrecevable", "dossier viser", "bordereau signer"]
)
def test_refuser_retirer_viser_ou_signer_ne_se_fait_pas_par_lot(site: Site, client: TestClient, geste: str) -> None:
    envoi = {"jeton": jeton(client), "geste": geste, "sur": [f"{site.refs['avis']} 1"]}
    reponse = client.post("/lots", data=envoi)
    assert (reponse.status_code, "dossier par dossier" in unescape(reponse.text)) == (422, True)


def test_le_lot_d_un_autre_ne_se_lit_pas(site: Site, client: TestClient) -> None:
    adresse = preparer(site, client, des_dossiers(site, 1), "dossier declarer-complet")
    assert site.client_de("rene").get(adresse).status_code == 404
    refus = site.client_de("rene").post("/lots", data={"geste": "dossier declarer-complet", "sur": ["x 1"]})
    assert refus.status_code == 403


@pytest.mark.parametrize(("noter_apres_s", "notees"), [(0.0, 2), (60.0, 0)], ids=["chaque ligne", "toutes ensemble"])
def test_un_lot_tue_entre_l_acte_et_sa_note_reprend_et_ne_refait_rien(
    site: Site, client: TestClient, noter_apres_s: float, notees: int
) -> None:
    """Kill -9 of the process that does it, just after an act and before its result, or that of any, is noted."""
    refs = des_dossiers(site, 6)
    adresse = preparer(site, client, refs, "dossier declarer-complet")
    lot = UUID(adresse.rpartition("/")[2])
    lots = site.application.state.portes.site.lots
    lots.confirmer("ines", lot, {})
    base = site.application.state.portes.reglages.base
    cle = Path(base.removeprefix("sqlite:///")).parent / "cle"
    meurtre = subprocess.run(
        [sys.executable, "-c", MEURTRE, base, str(lot), str(noter_apres_s)],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "DILIGENCE_CLE_MAITRESSE": str(cle), "DILIGENCE_FICHIERS": str(cle.parent / "fichiers")},
        capture_output=True,
        check=False,
    )
    assert meurtre.returncode == -9, meurtre.stderr.decode()
    assert sum(ligne.issue is not None for ligne in lots.lire("ines", lot).lignes) == notees
    assert [faits(site, ref).count("declare_complet") for ref in refs] == [1, 1, 1, 0, 0, 0]
    assert not lots.prendre(lot), "still held for the one who died"
    lots.rendre(lot)  # as time does
    page = unescape(client.get(adresse).text)
    assert "Ce lot s’est arrêté avant la fin" in page
    client.post(adresse, data={"jeton": jeton(client)})
    assert "6 dossiers traités, 0 refusé" in finir(client, adresse)
    assert [faits(site, ref).count("declare_complet") for ref in refs] == [1] * 6
    assert {ligne.issue for ligne in lots.lire("ines", lot).lignes} == {Issue.FAITE}


MEURTRE = """
import os, signal, sys
from itertools import count
from uuid import UUID
from application import lots
from bootstrap.cablage import services
from bootstrap.reglages import Reglages
from bootstrap.site import site
reglages, rangs = Reglages(base=sys.argv[1]), count(1)
with services(reglages) as ouverts, site(reglages, ouverts.coffre) as garde:
    faire, lots.NOTER_APRES_S = lots._faire, float(sys.argv[3])
    def tuer(*ligne):
        resultat = faire(*ligne)
        if next(rangs) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return resultat
    lots._faire = tuer
    assert garde.lots.prendre(UUID(sys.argv[2]))
    lots.executer_le_lot(ouverts, garde.lots, garde.lots.lire("ines", UUID(sys.argv[2])))
"""
