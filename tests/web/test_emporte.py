"""What an auditor takes away reads without a network, and checks itself: a dossier with its pièces, a séance, a campagne."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from hashlib import sha256
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from kernel.instants import jour_de
from tests.cli.conftest import Reponse
from tests.cli.conftest import lancer as lancer
from tests.web.fabrique import Site
from tests.web.test_audit import lue
from tests.web.test_audit import paye as paye


def test_un_dossier_s_emporte_se_lit_sans_reseau_et_se_verifie_sans_nous(paye: Site, tmp_path: Path) -> None:
    client, ref = paye.client_de("vera"), paye.refs["paye"]
    annonce = lue(client, f"/audit/preuves?ref={ref}")
    archive = client.get(f"/audit/exports/{ref}").content
    assert sha256(archive).hexdigest() in annonce, "what is announced is what is taken"
    with zipfile.ZipFile(BytesIO(archive)) as zip_:
        assert zip_.namelist() == ["index.html", "faits.jsonl", "reglement.json", "verifier.py"]
        zip_.extractall(tmp_path)
    faits = [json.loads(ligne) for ligne in (tmp_path / "faits.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {fait["fait"].split(".")[0] for fait in faits} == {"campagne", "dossier", "deliberation", "subvention"}
    index = unescape((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert index.count('<tr><th scope="row">') == len(faits)
    assert not re.search(r"(src|href)=|Vous êtes|vera", index)
    assert json.loads((tmp_path / "reglement.json").read_text(encoding="utf-8"))["version"]
    verifier = [sys.executable, "-I", str(tmp_path / "verifier.py")]
    rendu = subprocess.run(verifier, capture_output=True, text=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    assert (rendu.returncode, rendu.stdout) == (0, f"{len(faits)} faits relus, chaîne intacte.\n")
    faits[3]["etat"] += " "
    (tmp_path / "faits.jsonl").write_text("\n".join(map(json.dumps, faits)), encoding="utf-8")
    rompu = subprocess.run(verifier, capture_output=True, text=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    assert rompu.returncode == 1
    assert f"Le fait de la position {faits[3]['position']} ne correspond pas" in rompu.stdout
    assert client.get("/audit/lectures").text.count("le dossier d’audit") == 1
    assert paye.client_de("admin").get(f"/audit/exports/{ref}").status_code == 403
    assert "Emporter" not in lue(paye.client_de("admin"), f"/audit/preuves?ref={ref}")


def emportes(client: TestClient, adresse: str, dossier: Path) -> tuple[list[dict[str, Any]], str]:
    """What a ZIP holds, once its own program has said that it is whole."""
    with zipfile.ZipFile(BytesIO(client.get(adresse).content)) as zip_:
        zip_.extractall(dossier)
    verifier = [sys.executable, "-I", str(dossier / "verifier.py")]
    rendu = subprocess.run(verifier, capture_output=True, text=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    assert rendu.returncode == 0, rendu.stdout
    lignes = (dossier / "faits.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(ligne) for ligne in lignes], rendu.stdout


def test_un_dossier_s_emporte_avec_ses_pieces_chacune_verifiee(paye: Site, tmp_path: Path) -> None:
    client, ref = paye.client_de("vera"), paye.refs["paye"]
    annonce = lue(client, f"/audit/exports?ref={ref}&pieces=1")
    assert "pieces.json" in annonce
    _, dit = emportes(client, f"/audit/exports/{ref}?pieces=1", tmp_path)
    assert "4 pièces relues." in dit
    assert "le dossier d’audit avec ses pièces" in unescape(client.get("/audit/lectures").text)
    piece = next((tmp_path / "pieces").iterdir())
    piece.write_bytes(piece.read_bytes() + b" ")
    verifier = [sys.executable, "-I", str(tmp_path / "verifier.py")]
    rompu = subprocess.run(verifier, capture_output=True, text=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    assert (rompu.returncode, f"La pièce pieces/{piece.name}" in rompu.stdout) == (1, True)


def test_ce_qui_s_emporte_se_borne_a_deux_dates(paye: Site, tmp_path: Path) -> None:
    client, ref = paye.client_de("vera"), paye.refs["paye"]
    tous, _ = emportes(client, f"/audit/exports/{ref}", tmp_path / "tous")
    jours = {fait["position"]: jour_de(datetime.fromisoformat(fait["enregistre_le"])) for fait in tous}
    premier = min(jours.values())
    assert premier < max(jours.values())
    bornes, _ = emportes(client, f"/audit/exports/{ref}?au={premier}", tmp_path / "bornes")
    assert [f["position"] for f in bornes] == [position for position, jour in jours.items() if jour == premier]
    assert client.get(f"/audit/exports/{ref}?du=2026-13-01").status_code == 422
    assert client.get(f"/audit/exports?ref={ref}&du=2026-02-01&au=2026-01-01").status_code == 422


@pytest.mark.parametrize(
    ("quoi", "ref", "especes"),
    [
        ("seance", "CP-2026-06-18", {"seance", "deliberation", "dossier", "subvention"}),
        ("campagne", "NQE-2026", {"campagne", "deliberation", "dossier", "subvention"}),
    ],
)
def test_une_seance_et_une_campagne_s_emportent(
    paye: Site, tmp_path: Path, quoi: str, ref: str, especes: set[str]
) -> None:
    client = paye.client_de("vera")
    annonce = lue(client, f"/audit/exports?quoi={quoi}&ref={ref}")
    (adresse,) = re.findall(r'href="(/audit/exports/[^"]+)"', annonce)
    assert sha256(client.get(unescape(adresse)).content).hexdigest() in annonce
    faits, _ = emportes(client, unescape(adresse), tmp_path)
    assert {fait["fait"].split(".")[0] for fait in faits} == especes
    assert paye.client_de("admin").get(adresse).status_code == 403


def test_la_commande_emporte_les_memes_octets_et_le_note(
    paye: Site, tmp_path: Path, lancer: Callable[[list[str]], Reponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page gives is what the command writes; what is wrong is refused before anything is written or noted."""
    base = paye.application.state.portes.reglages.base
    monkeypatch.setattr("cli.exporter.services", lambda _: nullcontext(paye.services))  # its key is of this test alone
    client, ref, lus = paye.client_de("vera"), paye.refs["paye"], "/audit/lectures?agent=vera"

    def exporter(*options: str, acteur: str = "vera") -> dict[str, Any]:
        qui = ["--acteur", acteur] if acteur else []
        rendu: dict[str, Any] = lancer(["exporter", "audit", *options, *qui, "--json", "--base", base]).document
        return rendu

    for sorte, numero, options in (
        ("dossier", ref, ("--pieces",)),
        ("campagne", "NQE-2026", ("--du", "2026-01-01", "--au", "2026-12-31")),
        ("seance", "CP-2026-06-18", ()),
    ):
        vers = tmp_path / f"{sorte}.zip"
        dit = exporter(numero, "--quoi", sorte, *options, "--vers", str(vers))
        suite = {"dossier": "?pieces=1", "campagne": "?quoi=campagne&du=2026-01-01&au=2026-12-31"}
        de_la_page = client.get(f"/audit/exports/{numero}{suite.get(sorte, '?quoi=seance')}").content
        assert vers.read_bytes() == de_la_page
        assert (dit["ref"], dit["empreinte"]) == (numero, sha256(de_la_page).hexdigest())
    notees = client.get(lus).text.count("le dossier d’audit")
    refus = [
        exporter(ref, "--vers", str(vers))["refus"]["code"],
        exporter(ref, "--quoi", "tiers")["refus"]["code"],
        exporter(ref, "--du", "2026-13-01")["refus"]["code"],
        exporter(ref, "--du", "2026-03-01", "--au", "2026-02-01")["refus"]["code"],
        exporter("NQE-2026-AAAAA")["refus"]["code"],
        exporter(ref, acteur="admin")["refus"]["code"],
        exporter(ref, acteur="")["refus"]["code"],
    ]
    assert refus == [
        "fichier_existant",
        *("saisie_invalide",) * 3,
        "reference_illisible",
        "role_manquant",
        "acteur_manquant",
    ]
    assert exporter(ref)["vers"] is None, "without a file it is only announced"
    assert client.get(lus).text.count("le dossier d’audit") - notees <= 1
