"""Drills: killed in the middle of something long; done again, it ends as if nothing had happened."""

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from aggregates.deliberation import Etat
from application.commandes import FichierRecu
from application.sans_moteur import reste_a_faire, touches
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from tests.adapters.store.falsifications import defaire_la_chaine
from tests.application.reprise.fabrique import RACINE, REEL
from tests.application.seance import installer_region, ouvrir_region
from tests.application.test_porter_decisions import ce_qui_est_porte, un_rapport_vote
from tests.conftest import Dire
from tests.epreuves import compte
from tests.pannes.conftest import Deux
from tests.pannes.exercice import Exercice
from workflows.etapes import EXECUTION_AU_PLUS

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]
CONVENTIONS = REEL / "maine-et-loire_conventions.csv"
CORRESPONDANCE = RACINE / "examples" / "reprise" / "maine-et-loire_conventions.yaml"
CAMPAGNE = RACINE / "examples" / "reprise" / "campagne-conventions.yaml"


def test_porter_decisions_tue_apres_deux_lignes(deux_repetitions: Deux, dire: Dire, tmp_path: Path) -> None:
    """Amounts to the cent: the same facts on every stream as when nothing stops the machine."""
    (tmp_path / "temoin").mkdir()
    with ouvrir_region(tmp_path / "temoin") as temoin:
        vote = un_rapport_vote(temoin)
        temoin.moteur()
        sans_panne = ce_qui_est_porte(temoin, vote)
    borne = EXECUTION_AU_PLUS.total_seconds() + 15

    def exercice(ex: Exercice) -> str:
        region = installer_region(ex.services)
        ref = un_rapport_vote(region)
        ex.lancer("relais")
        ex.lancer("worker", panne="porter_decisions.apres_ligne:2").attendre_la_panne()
        assert region.deliberation(ref).etat is not Etat.PORTEE
        assert sum(region.dossier(d).issue is not None for d in region.dossiers) == 2, "in the middle"
        ex.lancer("worker")

        def fini() -> bool:
            tous = set(touches(ex.services, 0))
            return region.deliberation(ref).etat is Etat.PORTEE and not reste_a_faire(ex.services, tous)

        duree = ex.jusqu_a(fini, borne, "decisions carried")
        assert ce_qui_est_porte(region, ref) == sans_panne
        ex.tout_est_juste()
        return f"recovered in {duree:.1f} s (bound {borne:.0f} s)"

    deux_repetitions.jouer(exercice, dire)


def test_reprise_tuee_a_la_nieme_ligne(deux: Deux, dire: Dire) -> None:
    """A row is up to three commands: killed between rows, then inside one, then left to end."""
    bilans: dict[str, dict[str, Any]] = {}
    flux: dict[str, Counter[str]] = {}

    def exercice(ex: Exercice) -> str:
        ex.faire("campagne ouvrir", "admin", fichier=FichierRecu("c.yaml", CAMPAGNE.read_bytes()))
        rejets = ex.dossier / "rejets.csv"
        ordre = ("reprendre", CONVENTIONS, "--selon", CORRESPONDANCE, "--acteur", "ines", "--rejets", rejets, "--json")
        for panne in ("reprendre.apres_ligne:20", "store.apres_ecriture:7", *["store.apres_ecriture:1"] * compte(0, 8)):
            ex.lancer(*ordre, panne=panne).attendre_la_panne()
        dernier = ex.lancer(*ordre)
        assert dernier.finir() == 5, dernier.dit()  # eight rows of this file are rejected
        bilan = dernier.document()
        assert (bilan["lues"], bilan["rejetees"], bilan["montant_repris_centimes"]) == (75, 8, 695_341_888)
        assert bilan["appliquees"] + bilan["deja_connues"] == 67
        assert bilan["deja_connues"] >= 20
        assert len(rejets.read_text(encoding="utf-8").splitlines()) == 9
        ex.rien_de_perdu_ni_de_double()
        sommes: dict[str, int] = {}
        for inscription in ex.inscriptions():
            fait = inscription.fait
            if fait.topic.startswith("subvention.reprise"):
                sommes[str(inscription.entete.id)] = fait.model_dump()["montant_centimes"]
        assert (len(sommes), sum(sommes.values())) == (67, 695_341_888)
        bilans[ex.nom] = bilan
        flux[ex.nom] = Counter(f"{i.entete.id} {i.fait.topic}" for i in ex.inscriptions() if i.entete.lot)
        assert set(flux[ex.nom].values()) == {1}, "a row was taken twice"
        refait = ex.lancer(*ordre)
        refait.finir()
        assert refait.document()["appliquees"] == 0
        ex.lancer("relais")
        ex.lancer("worker")
        ex.tout_est_juste()
        return f"killed at row 20, then inside a row; {bilan['deja_connues']} rows found done, 67 in all"

    deux.jouer(exercice, dire)
    assert flux["sqlite"] == flux["postgresql"]


def test_lectures_tuees_en_reconstruction_et_en_rattrapage(deux: Deux, dire: Dire) -> None:
    """Readers see the old rows until the new ones are whole; rows and position move together."""

    def exercice(ex: Exercice) -> str:
        ex.deposer(3)
        avant = _rangees(ex, rattraper=True)
        ex.lancer("reconstruire", "file", panne="lectures.apres_lot:1").attendre_la_panne()
        assert _rangees(ex) == avant, "half-made rows were shown"
        assert ex.lancer("reconstruire", "file").finir() == 0
        assert _rangees(ex) == avant
        ex.lancer("projecteur", panne="lectures.avant_position:1")
        ex.deposer(3)
        ex.processus[-1].attendre_la_panne()
        assert _rangees(ex)["file"] == avant["file"], "rows without their position"
        projecteur = ex.lancer("projecteur")
        duree = ex.jusqu_a(lambda: _en_tete(ex), 15, "the projections at the head")
        projecteur.arreter()
        rattrapees = _rangees(ex)
        assert ex.lancer("reconstruire").finir() == 0
        refaites = _rangees(ex)
        ecarts = {nom: set(refaites[nom]) ^ set(rattrapees[nom]) for nom in refaites}
        assert not any(ecarts.values()), ecarts  # caught up by position or made again by stream: the same rows
        return f"caught up in {duree:.1f} s, start of the process included (bound 15 s)"

    deux.jouer(exercice, dire)


def _reglages(ex: Exercice) -> Reglages:
    return Reglages(base=ex.base)


def _rangees(ex: Exercice, *, rattraper: bool = False) -> dict[str, list[str]]:
    """Return every row that readers see, and check that no table of a rebuild was left behind."""
    with ouvrir_lectures(_reglages(ex), ex.services) as lectures:
        vues: dict[str, list[str]] = {}
        tables: set[str] = {"projections", "temoins", "reculs", "mis_de_cote"}
        for nom in lectures.projections:
            if rattraper:
                lectures.rattraper(nom)
            with lectures.lire(nom) as (connexion, meta):
                tables |= set(meta.tables)
                vues[nom] = sorted(
                    # `rang` only tells in which order rows were made
                    str(tuple(ligne))
                    for table in meta.sorted_tables
                    for ligne in connexion.execute(sa.select(*(c for c in table.columns if c.name != "rang")))
                )
        assert set(sa.inspect(lectures.base).get_table_names()) <= tables
        return vues


def _en_tete(ex: Exercice) -> bool:
    with ouvrir_lectures(_reglages(ex), ex.services) as lectures:
        tete = ex.services.store.enregistreur.derniere_position()
        return all(lectures.position(nom) == tete for nom in lectures.projections)


@pytest.mark.parametrize("point", ["migrer.apres_ordre:9", "migrer.apres_store:1"])
def test_migration_tuee_en_sqlite(exercice: Exercice, point: str) -> None:
    _migrer_tue_puis_repris(exercice, f"sqlite:///{exercice.dossier / 'neuve.db'}", point)


def test_migration_tuee_en_postgresql(exercice: Exercice, postgres_url: str) -> None:
    _migrer_tue_puis_repris(exercice, postgres_url, "migrer.apres_store:1")


def _migrer_tue_puis_repris(ex: Exercice, base: str, point: str) -> None:
    """A store half made is not a store; made again, it serves, and its facts are append-only."""
    vide = {"DILIGENCE_BASE": base}
    ex.lancer("migrer", panne=point, environnement=vide).attendre_la_panne()
    agent = ("agent", "enregistrer", "admin", "--roles", "administrateur", "--json")
    tot = ex.lancer(*agent, environnement=vide)
    if (
        au_milieu := tot.finir()
    ) != 0:  # a store that is not whole refuses clearly; an SQLite one is made whole on the way
        assert au_milieu == 3, tot.dit()
        assert "diligence migrer" in tot.dit()
    migre = ex.lancer("migrer", environnement=vide)
    assert migre.finir() == 0, migre.dit()
    dernier = ex.lancer(*agent, environnement=vide)
    assert dernier.finir() in {0, 3}, dernier.dit()
    with pytest.raises((sqlite3.DatabaseError, psycopg.Error), match="append-only"):
        _effacer(base)


def _effacer(base: str) -> None:
    if base.startswith("sqlite"):
        with sqlite3.connect(base.removeprefix("sqlite:///")) as connexion:
            connexion.execute("DELETE FROM stored_events")
    else:
        with psycopg.connect(base) as serveur:
            serveur.execute("DELETE FROM public.stored_events")


def test_migration_d_un_store_plein_tuee(deux: Deux) -> None:
    """Killed while it goes over a store that lives, it changes nothing."""

    def exercice(ex: Exercice) -> None:
        ex.deposer(1)
        avant = [(i.entete, i.fait) for i in ex.inscriptions()]
        ex.lancer("migrer", panne="migrer.apres_store:1").attendre_la_panne()
        assert [(i.entete, i.fait) for i in ex.inscriptions()] == avant
        assert ex.lancer("migrer").finir() == 0
        ex.deposer(1)
        assert [(i.entete, i.fait) for i in ex.inscriptions()][: len(avant)] == avant

    deux.jouer(exercice)


def test_migration_d_un_store_sans_chaine_tuee(deux: Deux) -> None:
    """Killed when facts have their digest and the store does not know it yet, it is gone on with."""

    def exercice(ex: Exercice) -> None:
        ex.deposer(3)
        defaire_la_chaine(ex.base)
        ex.lancer("migrer", panne="migrer.apres_lot:1").attendre_la_panne()
        refuse = ex.lancer("verifier", "--json")
        assert (refuse.finir(), refuse.document()["refus"]["code"]) == (3, "store_a_migrer")
        assert ex.lancer("migrer").finir() == 0
        ex.deposer(1)
        verifie = ex.lancer("verifier", "--json")
        assert (verifie.finir(), verifie.document()["anomalies"]) == (0, []), verifie.dit()

    deux.jouer(exercice)
