"""Preparing a base, opening it, and the clock of a rehearsal."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.persistence import PersistenceError

from adapters.store import ouvrir
from adapters.store.adresse import (
    BaseIllisible,
    HorlogeEnArriere,
    StoreAbsent,
    StoreAMigrer,
    StoreExistant,
    StoreReel,
    sans_mot_de_passe,
)
from adapters.store.schema import SCHEMA, migrer
from application.store import Store
from kernel.systeme import raison_de_la_base
from tests.adapters.store.conftest import RACINE
from tests.adapters.store.essai import ajouter, ouvert
from tests.adapters.store.test_faits import sql

DEBUT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def test_migrer_deux_fois_ne_change_rien(adresse: str) -> None:
    premier = migrer(adresse)
    assert premier["cree"]
    assert premier["nature"] == "reel"
    assert migrer(adresse) == {**premier, "cree": False}


def test_quatre_processus_migrent_a_la_fois(adresse: str) -> None:
    ordre = (
        "import sys; from adapters.store.schema import migrer; print('pret', flush=True); sys.stdin.readline();"
        "print(migrer(sys.argv[1])['store_id'])"
    )
    processus = [
        subprocess.Popen(
            [sys.executable, "-c", ordre, adresse], cwd=RACINE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    assert {p.stdout.readline() for p in processus if p.stdout} == {"pret\n"}
    for p in processus:  # all at the line before any starts
        assert p.stdin is not None
        p.stdin.write("\n")
        p.stdin.flush()
    sorties = {p.communicate(timeout=60)[0] for p in processus}
    assert [p.returncode for p in processus] == [0] * 4
    assert len(sorties) == 1  # one store, made once
    with ouvert(adresse) as store:
        ajouter(store, uuid4())


def test_une_base_jamais_preparee_se_refuse(adresse: str) -> None:
    with pytest.raises(StoreAbsent) as refus:
        ouvrir(adresse)
    assert refus.value.en_json()["refus"]["code"] == "store_absent"
    assert "diligence migrer" in refus.value.message
    assert not adresse.startswith("sqlite") or adresse.removeprefix("sqlite:///") in refus.value.message, "where"


def test_une_base_d_un_autre_schema_se_refuse(base: str) -> None:
    sql(base, "UPDATE parametres SET valeur = ? WHERE cle = 'schema'", str(SCHEMA + 1))
    with pytest.raises(StoreAMigrer):
        ouvrir(base)
    with pytest.raises(StoreAMigrer):
        migrer(base)


@pytest.mark.parametrize(
    "illisible",
    ["mysql://x/y", "diligence.db", "sqlite:///", "sqlite:////nulle/part/x.db", "postgresql://[", "postgresql:///?x=1"],
)
def test_une_adresse_illisible_se_refuse(illisible: str) -> None:
    with pytest.raises(BaseIllisible) as refus:
        migrer(illisible)
    assert refus.value.code == "base_illisible"


@pytest.mark.parametrize("ouverture", [migrer, ouvrir])
def test_un_serveur_injoignable_est_une_panne_qui_ne_dit_pas_le_mot_de_passe(
    ouverture: Callable[[str], object],
) -> None:
    with pytest.raises(PersistenceError) as panne:
        ouverture("postgresql://moi:secret@127.0.0.1:1/x")
    assert "secret" not in str(panne.value)
    assert raison_de_la_base(panne.value) == "personne ne répond à cette adresse"
    assert sans_mot_de_passe("postgresql://moi:secret@h/x") == "postgresql://moi:***@h/x"


def test_un_fichier_qui_n_est_pas_une_base_se_refuse(tmp_path: Path) -> None:
    fichier = tmp_path / "lettre.db"
    fichier.write_text("Madame, Monsieur, " * 500)
    for ouverture in (migrer, ouvrir):
        with pytest.raises(BaseIllisible):
            ouverture(f"sqlite:///{fichier}")


def test_une_base_reelle_vit_a_l_heure_du_monde(store: Store) -> None:
    assert not store.enregistreur.est_repetition()
    assert abs(store.enregistreur.maintenant() - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(StoreReel):
        store.enregistreur.regler_horloge(DEBUT)


def test_la_nature_d_une_base_ne_change_pas(adresse: str, tmp_path: Path) -> None:
    migrer(adresse)
    with pytest.raises(StoreExistant) as refus:
        migrer(adresse, repetition=True)
    assert refus.value.code == "store_existant"
    repetition = f"sqlite:///{tmp_path / 'repetition.db'}"
    assert migrer(repetition, repetition=True)["nature"] == "repetition"
    with pytest.raises(StoreExistant):
        migrer(repetition)


def test_une_repetition_vit_a_son_heure(adresse: str) -> None:
    etat = migrer(adresse, repetition=True, debut=DEBUT)
    assert etat["horloge"] == "2026-01-05T08:00:00.000000Z"
    assert migrer(adresse, repetition=True)["horloge"] == etat["horloge"]
    compteur = uuid4()
    with ouvert(adresse) as store, ouvert(adresse) as autre:
        assert store.enregistreur.est_repetition()
        ajouter(store, compteur)
        plus_tard = DEBUT + timedelta(days=61, microseconds=7)
        store.enregistreur.regler_horloge(plus_tard)
        assert autre.enregistreur.maintenant() == plus_tard
        store.enregistreur.regler_horloge(plus_tard)  # the same instant again is silent
        with pytest.raises(HorlogeEnArriere):
            autre.enregistreur.regler_horloge(DEBUT)
        ajouter(autre, compteur)
        assert [i.enregistre_le for i in store.inscriptions(compteur)] == [DEBUT, plus_tard]
        # leases keep the time of the world: the rehearsal's clock stands still
        assert store.enregistreur.prendre_bail("relais", "a", 0.05)
