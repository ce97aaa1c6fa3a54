"""Drill: the process that forgets somebody is killed before, between and after; who was to be forgotten ends forgotten."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from application import sans_moteur
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.services import Services
from bootstrap.cablage import services as ouvrir_services
from tests.exploitation.test_sauvegardes import reglages_de
from tests.moteur import ouvrir_store, un_oubliable

COMMANDE = UUID("11111111-1111-4111-8111-111111111111")


def oublier(base: str, dossier: Path, ref: str, *panne: str) -> int:
    """Run the command in a process of its own; return its exit code."""
    ordre = ("coffre", "oublier", ref, "--motif", "demande écrite", "--acteur", "admin", "--commande-id", str(COMMANDE))
    lieux = {"DILIGENCE_BASE": base, "DILIGENCE_CLE_MAITRESSE": "cle", "DILIGENCE_FICHIERS": "fichiers"}
    chemins = {nom: valeur if nom.endswith("BASE") else str(dossier / valeur) for nom, valeur in lieux.items()}
    fini = subprocess.run(
        [sys.executable, "-m", "tests.pannes.processus", *panne, *ordre],
        env={**os.environ, **chemins},
        capture_output=True,
        text=True,
        check=False,
    )
    assert fini.returncode in {0, -signal.SIGKILL}, fini.stderr
    return fini.returncode


def lisible(services: Services, dossier_id: UUID) -> bool:
    return "Mme Exemple" in str(historique(services, dossier_id, Moment()))


@pytest.mark.parametrize(
    ("sur", "point", "lisibles", "repris_par"),
    [
        ("sqlite", "store.apres_ecriture:1", 1, "la même commande"),
        ("sqlite", "oublier.avant_destruction:1", 1, "le moteur"),
        ("sqlite", "oublier.apres_destruction:1", 0, "la même commande"),
        pytest.param("postgresql", "store.apres_ecriture:1", 1, "le moteur", marks=pytest.mark.postgres),
    ],
)
def test_un_oubli_interrompu_finit(
    sur: str, point: str, lisibles: int, repris_par: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    postgres = str(request.getfixturevalue("postgres_url")) if sur == "postgresql" else None
    with ouvrir_store(tmp_path, postgres=postgres) as (services, base):
        recu = un_oubliable(services, "Mme Exemple déménage")
        sans_moteur.faire_pour(services, [("dossier", recu.id)], "cli")
    marque = tmp_path / "marque"
    assert oublier(base, tmp_path, recu.ref, "--panne", f"{point}:{marque}") == -signal.SIGKILL
    assert marque.exists()
    with ouvrir_services(reglages_de(base, tmp_path)) as services:
        topics = [i.fait.topic for i in services.store.inscriptions(recu.id)]
        assert topics[-1] == "dossier.oubli_decide.v1", "who and why are known before anything is destroyed"
        assert lisible(services, recu.id) == bool(lisibles)
        assert [du.automatisme for du in sans_moteur.ce_qui_est_du(services, ("dossier", recu.id))[1]] == [
            "detruire_cle"
        ]
        if repris_par == "le moteur":
            assert sans_moteur.faire_pour(services, [("dossier", recu.id)], "filet") == 1
    if repris_par == "la même commande":
        assert oublier(base, tmp_path, recu.ref) == 0
    with ouvrir_services(reglages_de(base, tmp_path)) as services:
        suite = [i.fait.topic for i in services.store.inscriptions(recu.id)][len(topics) :]
        assert suite == ["dossier.cle_detruite.v1"]
        assert not lisible(services, recu.id)
        assert services.fichiers.oublies() == {recu.id}
        assert sans_moteur.ce_qui_est_du(services, ("dossier", recu.id))[1] == []


def test_un_acte_tue_avant_sa_validation_n_a_rien_ecrit(tmp_path: Path) -> None:
    with ouvrir_store(tmp_path) as (services, base):
        recu = un_oubliable(services, "Mme Exemple déménage")
        sans_moteur.faire_pour(services, [("dossier", recu.id)], "cli")
        avant = services.store.enregistreur.derniere_position()
    marque = tmp_path / "marque"
    assert oublier(base, tmp_path, recu.ref, "--panne", f"store.avant_validation:1:{marque}") == -signal.SIGKILL
    assert marque.exists()
    with ouvrir_services(reglages_de(base, tmp_path)) as services:
        assert services.store.enregistreur.derniere_position() == avant
        assert lisible(services, recu.id)
    assert oublier(base, tmp_path, recu.ref) == 0
    with ouvrir_services(reglages_de(base, tmp_path)) as services:
        assert not lisible(services, recu.id)
