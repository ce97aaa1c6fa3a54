"""Drill: `migrer` is killed while it encrypts the pièces of a former version; run again, it finishes."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from application.services import Services
from bootstrap.cablage import services as ouvrir_services
from tests.exploitation.test_sauvegardes import reglages_de
from tests.moteur import PIECES, deposer, ouvrir_store


def migrer(base: str, dossier: Path, *panne: str) -> int:
    """Run the command in a process of its own; return its exit code."""
    lieux = {"DILIGENCE_CLE_MAITRESSE": str(dossier / "cle"), "DILIGENCE_FICHIERS": str(dossier / "fichiers")}
    fini = subprocess.run(
        [sys.executable, "-m", "tests.pannes.processus", *panne, "migrer"],
        env={**os.environ, **lieux, "DILIGENCE_BASE": base},
        capture_output=True,
        text=True,
        check=False,
    )
    assert fini.returncode in {0, -signal.SIGKILL}, fini.stderr
    return fini.returncode


def lues(services: Services, dossiers: list[object]) -> list[bytes]:
    faits = [i for d in dossiers for i in services.store.inscriptions(d) if i.fait.topic == "dossier.piece_recue.v1"]  # type: ignore[arg-type]  # ids
    return [services.fichiers.lire(i.entete.id, i.fait.model_dump()["sha256"]) for i in faits]


def test_le_chiffrement_des_anciennes_pieces_interrompu_finit(tmp_path: Path) -> None:
    racine = tmp_path / "fichiers"
    with ouvrir_store(tmp_path) as (services, base):
        dossiers = [deposer(services, pieces=PIECES, le=None, lot=None).id for _ in range(2)]
        contenus = lues(services, [*dossiers])
        for fichier in (racine / "dossiers").glob("*/*"):  # as a former version kept them
            ancien = racine / fichier.name[:2] / fichier.name[2:]
            ancien.parent.mkdir(exist_ok=True)
            ancien.write_bytes(services.fichiers.lire(dossiers[0], fichier.name))
        shutil.rmtree(racine / "dossiers")
    en_clair = len(list(racine.glob("??/*")))
    assert en_clair == len(PIECES)
    marque = tmp_path / "marque"
    panne = f"fichiers.avant_retrait_du_clair:2:{marque}"
    assert migrer(base, tmp_path, "--panne", panne) == -signal.SIGKILL
    assert len(list(racine.glob("??/*"))) == en_clair - 1
    assert migrer(base, tmp_path) == 0
    assert list(racine.glob("??/*")) == []
    with ouvrir_services(reglages_de(base, tmp_path)) as services:
        assert lues(services, [*dossiers]) == contenus
