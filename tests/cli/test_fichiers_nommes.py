"""Files that people name: read when they are plain and nobody's secret, replaced when they are ours to replace."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Console
from tests.cli.test_reprendre import BONNE, CORRESPONDANCE, ENTETE
from tests.moteur import EXEMPLES

DEPOT = ("dossier", "deposer")
MAUVAISE = BONNE.replace(";10", ";cent")


@pytest.fixture
def depots(console: Console) -> Path:
    """A folder of deposits, apart from the store."""
    dossier = console.dossier / "depots"
    dossier.mkdir()
    return dossier


def depot(dossier: Path, fichier: str) -> Path:
    document = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8"))
    chemin = dossier / "depot.json"
    chemin.write_text(json.dumps({**document, "pieces": [{"code": "rib", "fichier": fichier}]}), encoding="utf-8")
    return chemin


def ouvrir_la_reprise(console: Console) -> Path:
    campagne = "campagne: {code: REPRISE-CLI, dispositif: essai, exercice: 2026, nature: reprise}"
    console.fait("campagne", "ouvrir", console.ecrire("campagne.yaml", campagne), acteur="admin")
    return console.ecrire("selon.yaml", CORRESPONDANCE)


@pytest.mark.parametrize("fichier", ["../essai.db.cle", "/etc/shadow", "a/b.pdf", "a\\b.pdf", "..", "."])
def test_un_depot_ne_nomme_que_des_fichiers_de_son_dossier(console: Console, depots: Path, fichier: str) -> None:
    (depots / "a").mkdir()
    (depots / "a" / "b.pdf").write_text("RIB", encoding="utf-8")
    console.verifie_refus("saisie_invalide", *DEPOT, depot(depots, fichier), "--le", "2026-01-12")


def test_une_piece_est_un_fichier_ordinaire_qui_n_est_a_aucune_base(console: Console, depots: Path) -> None:
    (depots / "rib.txt").write_text("RIB", encoding="utf-8")
    (depots / "lien.txt").symlink_to(depots / "rib.txt")
    os.mkfifo(depots / "tuyau")
    (depots / "dossier").mkdir()
    for fichier in ("lien.txt", "tuyau", "dossier", "absent.txt"):
        console.verifie_refus("saisie_invalide", *DEPOT, depot(depots, fichier), "--le", "2026-01-12")
    for nom in ("essai.db", "essai.db.cle", "essai.coffre.db"):
        os.link(console.dossier / nom, depots / f"dur-{nom}")
        shutil.copy(console.dossier / nom, depots / f"copie-{nom}")
    (depots / "notes.txt").write_text("Une cl\u00e9 : " + "0" * 64, encoding="utf-8")
    for fichier in sorted(f.name for f in depots.iterdir() if f.name.startswith(("dur-", "copie-"))):
        console.verifie_refus("fichier_reserve", *DEPOT, depot(depots, fichier), "--le", "2026-01-12")
    for fichier in ("rib.txt", "notes.txt"):
        console.fait(*DEPOT, depot(depots, fichier), "--le", "2026-01-12")


def test_un_depot_ne_se_fait_pas_depuis_le_dossier_de_la_base(console: Console) -> None:
    (console.dossier / "rib.txt").write_text("RIB", encoding="utf-8")
    chemin = depot(console.dossier, "rib.txt")
    console.verifie_refus("fichier_reserve", *DEPOT, chemin, "--le", "2026-01-12")
    (console.dossier.parent / "alias").symlink_to(console.dossier)
    console.verifie_refus(
        "fichier_reserve", *DEPOT, console.dossier.parent / "alias" / "depot.json", "--le", "2026-01-12"
    )


@pytest.fixture
def tuyau(tmp_path: Path) -> Path:
    """A pipe at whose other end nobody is."""
    os.mkfifo(tmp_path / "tuyau")
    return tmp_path / "tuyau"


def test_aucune_commande_n_attend_au_bout_d_un_tuyau(
    console: Console, tuyau: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hang here would be the end of the test run: each of these opens what it was given."""
    ref = console.deposer()
    selon = console.ecrire("selon.yaml", CORRESPONDANCE)
    for nomme in (tuyau, Path("/dev/zero"), console.dossier):
        for arguments in (
            (*DEPOT, nomme),
            ("dossier", "recevoir-piece", ref, "--code", "rib", "--fichier", nomme),
            ("campagne", "ouvrir", nomme),
            ("campagne", "verifier", nomme),
            ("reprendre", selon, "--selon", nomme),
            ("reprendre", nomme, "--selon", selon),
            ("coffre", "tourner-cle", "--nouvelle", nomme),
        ):
            reponse = console.lancer(
                [
                    *map(str, arguments),
                    "--json",
                    *(["--acteur", "admin"] if "verifier" not in arguments and "coffre" not in arguments else []),
                ]
            )
            assert reponse.code == 3, (arguments, reponse)
    for variable in ("CLE_MAITRESSE", "BASE_FICHIER"):
        with monkeypatch.context() as ici:
            ici.delenv("DILIGENCE_BASE") if variable == "BASE_FICHIER" else None
            ici.setenv(f"DILIGENCE_{variable}", str(tuyau))
            assert console.lancer(["dossier", "lister"]).code == 3


def test_la_cle_ne_se_recoit_pas_comme_piece_ni_ne_se_reprend(console: Console) -> None:
    ref = console.deposer()
    (console.dossier / "lien").symlink_to(console.dossier / "essai.db.cle")
    selon = ouvrir_la_reprise(console)
    for nomme in (console.dossier / "lien", console.dossier / "essai.db", console.dossier / "essai.db.cle"):
        recevoir = ("dossier", "recevoir-piece", ref, "--code", "rib", "--fichier", nomme)
        console.verifie_refus("fichier_reserve", *recevoir)
        console.verifie_refus("fichier_reserve", "campagne", "ouvrir", nomme, acteur="admin")
        console.verifie_refus("fichier_reserve", "reprendre", nomme, "--selon", selon)


EXPORTS = (
    ("exporter", "scdl", "--vers"),
    ("exporter", "scdl", "--ecartees"),
    ("exporter", "ordres", "--acteur", "fanny", "--vers"),
    ("exporter", "evenements", "--vers"),
)


@pytest.mark.parametrize("export", EXPORTS, ids=" ".join)
def test_un_export_ne_remplace_jamais_un_fichier_de_la_base(console: Console, export: tuple[str, ...]) -> None:
    console.deposer()
    (console.dossier / "essai.db.fichiers").mkdir(exist_ok=True)
    console.lire("file")  # the read models are there
    (console.dossier / "lien.csv").symlink_to(console.dossier / "essai.coffre.db")
    os.link(console.dossier / "essai.db.cle", console.dossier / "dur.csv")
    shutil.copy(console.dossier / "essai.db", console.dossier / "sauvegarde.sqlite")
    noms = ("essai.db", "essai.db-wal", "essai.coffre.db", "essai.lectures.db", "essai.db.cle", "essai.site.db")
    avant = {f: f.read_bytes() for f in console.dossier.iterdir() if f.is_file() and "wal" not in f.name}
    for nom in (*noms, "lien.csv", "dur.csv", "sauvegarde.sqlite", "essai.db.fichiers/export.csv"):
        for force in ((), ("--remplacer",)):
            reponse = console.lancer([*export, str(console.dossier / nom), *force, "--json"])
            assert (reponse.code, reponse.refus["code"]) == (3, "fichier_reserve"), nom
    restes = {f: f.read_bytes() for f in avant}
    assert {f for f in avant if restes[f] != avant[f]} <= {
        console.dossier / "essai.db",
        console.dossier / "essai.lectures.db",
    }


@pytest.mark.parametrize("export", EXPORTS, ids=" ".join)
def test_un_export_ne_remplace_que_les_siens(console: Console, export: tuple[str, ...]) -> None:
    sorties = console.dossier / "sorties"
    sorties.mkdir()
    ici = sorties / "ici.csv"
    for _ in range(2):
        assert console.lancer([*export, str(ici), "--json"]).code == 0
    siens = ici.read_bytes()
    for autre in EXPORTS:
        if autre != export:
            reponse = console.lancer([*autre, str(ici), "--json"])
            assert reponse.refus["code"] == "fichier_existant", autre
    ici.write_text("Budget de la R\u00e9gion\n", encoding="utf-8")
    assert console.lancer([*export, str(ici), "--json"]).refus["code"] == "fichier_existant"
    assert ici.read_text(encoding="utf-8") == "Budget de la R\u00e9gion\n"
    assert console.lancer([*export, str(ici), "--remplacer", "--json"]).code == 0
    assert ici.read_bytes() == siens
    ici.write_bytes(b"")
    assert console.lancer([*export, str(ici), "--json"]).code == 0


def test_les_rejets_ne_remplacent_ni_la_source_ni_la_correspondance_ni_un_autre_fichier(console: Console) -> None:
    selon = ouvrir_la_reprise(console)
    source = console.ecrire("f.csv", ENTETE + BONNE + MAUVAISE)
    os.link(source, console.dossier / "dur.csv")
    (console.dossier / "lien.csv").symlink_to(selon)
    autre = console.ecrire("notes.csv", "a;b\n")
    reprise = ("reprendre", source, "--selon", selon, "--rejets")
    for nom, code in {
        "f.csv": "saisie_invalide",
        "dur.csv": "saisie_invalide",
        "lien.csv": "saisie_invalide",
        "selon.yaml": "saisie_invalide",
        "essai.db.cle": "fichier_reserve",
    }.items():
        for force in ((), ("--remplacer",)):
            console.verifie_refus(code, *reprise, console.dossier / nom, *force)
    console.verifie_refus("fichier_existant", *reprise, autre)
    rejets = console.dossier / "rejets.csv"
    for _ in range(2):
        assert console(*reprise, rejets).code == 5
    assert console("reprendre", rejets, "--selon", selon, "--rejets", rejets).code == 5, "what is still rejected of it"
    assert console(*reprise, autre, "--remplacer").code == 5
    assert autre.read_bytes() == rejets.read_bytes()
