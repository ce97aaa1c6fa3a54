"""The index of topics: what is looked for by its topic is in it, and nothing else has a page to write there."""

import ast
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from adapters.store.lectures_sql import RETROUVES, SONT_RETROUVES
from adapters.store.schema import SCHEMA, migrer
from aggregates.registre import ESPECES
from application.oubli import OUBLIABLES
from kernel.faits import FAITS
from tests.adapters.store.essai import ajouter, ouvert
from tests.adapters.store.test_faits import sql
from tests.test_maison import fichiers, nom


def _demandes() -> Iterator[ast.expr]:
    """Yield what the product looks for: the facts given to `ayant`, the topics given to `ids_par_topic`."""
    for fichier in fichiers():
        if nom(fichier).startswith(("tests/", "bench/")):
            continue
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Attribute):
                if noeud.func.attr == "ayant":
                    yield from noeud.args[1:]
                elif noeud.func.attr == "ids_par_topic":
                    yield from noeud.args


def test_ce_que_le_produit_demande_est_dans_l_index() -> None:
    """A topic no longer asked may stay: to take it away is to change the schema."""
    demandes = list(_demandes())
    classes = {e.id if isinstance(e, ast.Name) else ast.unparse(e).removesuffix(".topic") for e in demandes}
    voulus = {topic for topic, classe in FAITS.items() if classe.__name__ in classes}
    voulus |= {str(e.value) for e in demandes if isinstance(e, ast.Constant)}
    voulus |= {ESPECES[espece].classe.decision_d_oubli.topic for espece in OUBLIABLES}  # asked one after the other
    assert voulus <= set(RETROUVES)
    assert list(RETROUVES) == sorted(RETROUVES)


def _plan(base: str, requete: str, topic: str) -> str:
    if base.startswith("sqlite"):
        return str(sql(base, f"EXPLAIN QUERY PLAN {requete}", topic))
    with psycopg.connect(base) as pg:  # on so few facts it would read them all
        pg.execute("SET enable_seqscan = off")
        return str(pg.execute(f"EXPLAIN {requete}".replace("?", "%s").encode(), (topic,)).fetchall())


def test_ce_qui_est_demande_se_trouve_par_l_index(base: str) -> None:
    requete = "SELECT originator_id FROM stored_events WHERE topic=?"
    assert "stored_events_topic" in _plan(base, f"{requete} AND {SONT_RETROUVES} ORDER BY position", RETROUVES[0])
    assert "stored_events_topic" not in _plan(base, f"{requete} ORDER BY position", "essai.ajoute.v1")


@pytest.mark.parametrize(
    ("schema", "dedans"), [("4", ""), ("5", f"WHERE topic IN ('{RETROUVES[0]}')")], ids=["entier", "moindre"]
)
def test_l_index_d_un_store_d_avant_laisse_la_place(base: str, schema: str, dedans: str) -> None:
    compteurs = [uuid4() for _ in range(3)]
    with ouvert(base) as store:
        for compteur in compteurs:
            ajouter(store, compteur)
    s = "" if base.startswith("sqlite") else "public."
    sql(base, f"DROP INDEX {s}stored_events_topic")
    sql(base, f"CREATE INDEX stored_events_topic ON {s}stored_events (topic) {dedans}")
    sql(base, f"UPDATE parametres SET valeur='{schema}' WHERE cle='schema'")
    rendu = migrer(base)
    assert (rendu["schema"], rendu["cree"], rendu["gardes_remises"]) == (SCHEMA, False, [])
    test_ce_qui_est_demande_se_trouve_par_l_index(base)
    with ouvert(base) as store:
        ids = store.enregistreur.ids_par_topic
        assert (ids("essai.ajoute.v1"), ids(RETROUVES[0])) == (compteurs, [])
    assert migrer(base) == rendu
