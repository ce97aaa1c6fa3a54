"""A damaged page of a PostgreSQL store: said in French by whoever meets it, and put right from the backup."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import DatabaseError
from psycopg.conninfo import conninfo_to_dict

from bench.postgres import adresse_de_base
from bootstrap.cablage import services as ouvrir_services
from bootstrap.reglages import Reglages
from cli.etat import en_anomalie, en_phrases
from cli.verification import relire_tout
from kernel.systeme import raison_de_la_base
from tests.exploitation.test_sauvegardes import (
    noter_l_ancre,
    peupler,
    releve,
    restaurer_postgres,
    rouvrir,
    sauver_postgres,
)
from tests.exploitation.test_sauvegardes import outils as outils
from tests.moteur import faire, ouvrir_store
from tests.pannes.test_pannes_dites import serveur as serveur
from workers import chiffres

ABIMEE = "une page de la base est abîmée"


def abimer_une_page(serveur: Any, base: str) -> None:
    """Overwrite the head of the second page of facts, with the server stopped."""
    with psycopg.connect(base, autocommit=True) as c:
        (chemin,) = c.execute("SELECT pg_relation_filepath('public.stored_events')").fetchone() or ("",)
        c.execute("CHECKPOINT")
    serveur.stop()
    fichier = Path(serveur.pgdata) / chemin
    contenu = bytearray(fichier.read_bytes())
    assert len(contenu) > 3 * 8192, "the head of the store is on another page"
    contenu[8192 : 8192 + 24] = b"\xff" * 24
    fichier.write_bytes(contenu)
    serveur.ensure_postgres_running()


@pytest.mark.postgres
def test_une_page_abimee_est_dite_les_autres_servent_et_la_sauvegarde_la_remet(
    serveur: Any, outils: Callable[..., None], tmp_path: Path
) -> None:
    """What is elsewhere is read and acted upon; what crosses the page is an outage with its reason, never a refusal."""
    with ouvrir_store(tmp_path, postgres=serveur.get_uri()) as (services, base):
        peupler(services, 12)
        attendu, ancre = releve(services), noter_l_ancre(services)
        sauver_postgres(outils, base, tmp_path)
    abimer_une_page(serveur, base)
    reglages = Reglages(base=base, cle_maitresse=tmp_path / "cle", fichiers=tmp_path / "fichiers")
    with ouvrir_services(reglages) as services:
        document = chiffres.etat(reglages, services)
        assert {"partie": "integrite", "pourquoi": ABIMEE} in document["illisibles"]
        assert en_anomalie(document)
        assert ABIMEE in en_phrases(document)
        with pytest.raises(DatabaseError) as panne:
            relire_tout(services)
        assert raison_de_la_base(panne.value) == ABIMEE
        assert faire(services, "agent enregistrer", "admin", identifiant="nadia", roles="auditeur").version == 1
    with psycopg.connect(base, autocommit=True) as c:
        c.execute("CREATE DATABASE copie TEMPLATE template0")
    copie = adresse_de_base(base, "copie")
    assert conninfo_to_dict(copie)["dbname"] == "copie"
    restaurer_postgres(outils, copie, tmp_path)
    with rouvrir(copie, tmp_path) as (services, lues):
        assert releve(services) == attendu
        assert lues.rattraper("file") == attendu["tete"]
        assert relire_tout(services, ancre=ancre)["anomalies"] == []
        peupler(services, 1)
