"""The demo once served: its port, Temporal's own page, a clock that stands still until it is moved from the site."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from cli.demo import choisir
from kernel.refus import SaisieInvalide
from tests.acceptance.compose import DILIGENCE, environnement
from tests.acceptance.servie import Servie
from tests.parcours import CRITERES
from workers.processus import port_du_site

pytestmark = [pytest.mark.temporal]


@pytest.fixture(scope="module")
def servie(tmp_path_factory: pytest.TempPathFactory, exemples: Path) -> Iterator[Servie]:
    """The demo to the 12th of January, when two requests were filed."""
    with Servie(tmp_path_factory.mktemp("servie"), exemples, "--jusqu-au", "12/01/2026", "--ui").ouverte() as jouee:
        yield jouee


def test_un_acte_fait_a_cote_porte_la_date_de_l_horloge_et_elle_avance_depuis_le_site(servie: Servie) -> None:
    ref = servie.commande("dossier", "lister", "--etat", "recu")[0]["ref"]
    servie.commande("dossier", "verifier-pieces", ref, "--acteur", "ines")
    servie.commande("dossier", "declarer-complet", ref, "--acteur", "ines")
    with closing(servie.navigateur()) as client:
        page = client.get("/").text
        assert "horloge au 12\N{NO-BREAK SPACE}janvier" in page, "it stood still"
        jeton = re.search(r'name="jeton" value="([0-9a-f]+)"', page)
        assert jeton is not None
        reponse = client.post("/horloge", data={"jour": "15/03/2026", "jeton": jeton[1]})
        assert reponse.status_code == 303
        assert "L’horloge est au 15\N{NO-BREAK SPACE}mars" in client.get(reponse.headers["Location"]).text
    dits = ("--appreciation", "satisfait", "--justification", "exemple fictif")
    criteres = [option for code in CRITERES for option in ("--critere", code, *dits)]
    servie.commande("dossier", "apprecier", ref, *criteres, "--acteur", "ines")
    source = ("--financeur", "commune", "--source", "lettre (exemple fictif)")
    servie.commande("dossier", "coder-financeur", ref, "--ligne", "3", *source, "--acteur", "ines")
    servie.commande("dossier", "proposer", ref, "--acteur", "ines")
    histoire = {ligne["fait"]: ligne for ligne in servie.commande("historique", ref)}
    complet, rejet, propose = (
        histoire[f"dossier.{nom}.v1"] for nom in ("declare_complet", "rejet_implicite_ne", "propose")
    )
    assert [complet["effectif_le"][:10], propose["effectif_le"][:10]] == ["2026-01-12", "2026-03-15"]
    assert (rejet["acteur"], rejet["enregistre_le"][:10]) == ("SYSTEME", "2026-03-12")
    assert servie.commande("etat")["automatismes"]["par"]["cli"] == 0, "the engine of the demo did it"


def test_la_page_de_temporal_est_servie(servie: Servie) -> None:
    page = re.search(r"Temporal : (http://127\.0\.0\.1:\d+)", servie.erreurs.read_text(encoding="utf-8"))
    assert page is not None
    assert "<html" in httpx.get(page[1], timeout=60, follow_redirects=True).text.lower()


def test_le_port_demande_est_refuse_s_il_est_pris_et_l_usuel_remplace() -> None:
    with socket.create_server(("127.0.0.1", 0)) as autre:
        pris = autre.getsockname()[1]
        fini = subprocess.run(
            [DILIGENCE, "demo", "--port", str(pris)], capture_output=True, text=True, check=False, env=environnement()
        )
        assert (fini.returncode, fini.stdout) == (3, "")
        assert fini.stderr.startswith(f"refusé [port_pris] Le port {pris} de 127.0.0.1 n’est pas libre")
        assert port_du_site(None, pris) == 0
    assert port_du_site(None, pris) == pris
    assert port_du_site(0, pris) == 0


@pytest.mark.parametrize("jour", ["2025-12-31", "01/01/2026", "01/01/2027", "31/02/2026", "demain", ""])
def test_un_jour_hors_de_l_annee_est_refuse(jour: str) -> None:
    with pytest.raises(SaisieInvalide):
        choisir(jour)


def test_un_jour_de_l_annee_s_ecrit_de_deux_facons() -> None:
    assert choisir("15/04/2026") == choisir("2026-04-15")
    assert choisir("2026-04-15").fin.isoformat() == "2026-04-15T18:00:00+02:00"
    assert choisir("2026-12-31") == choisir("fin") != choisir(None)
