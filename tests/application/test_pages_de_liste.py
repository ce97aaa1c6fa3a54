"""Lists page by page, while rows come and go: every row that stayed is read once, on each engine."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from application.commandes import FichierRecu
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from kernel.refus import SaisieInvalide
from readmodels.file import requetes
from tests.application.bureau import Atelier, de, envoyer, un_dossier
from tests.moteur import EXEMPLES

Lire = Callable[..., dict[str, Any]]


@pytest.fixture
def lectures(atelier: Atelier, tmp_path: Path) -> Iterator[Lectures]:
    with ouvrir_lectures(Reglages(base=atelier.base, fichiers=tmp_path / "fichiers"), atelier.services) as ouvertes:
        yield ouvertes


def _file(lectures: Lectures, atelier: Atelier) -> Lire:
    return lambda **page: requetes.file(lectures, atelier.services.maintenant(), **page)


def _dossiers(lectures: Lectures, _: Atelier) -> Lire:
    return lambda **page: requetes.dossiers(lectures, **page)


def _cherches(lectures: Lectures, _: Atelier) -> Lire:
    return lambda **page: requetes.dossiers(lectures, requetes.FiltreDeDossiers(mots="nqe"), **page)


def _tiers(lectures: Lectures, _: Atelier) -> Lire:
    return lambda **page: requetes.lister(lectures, "tiers", **page)


def _noms(lu: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (ligne["id"], *(str(ligne["attente"][nom]) for nom in ("code", "objet") if "attente" in ligne))
        for ligne in lu["lignes"]
    ]


@pytest.mark.parametrize("liste", [_file, _dossiers, _cherches, _tiers])
def test_ce_qui_reste_est_lu_une_fois_quoi_qui_vienne_ou_parte(
    atelier: Atelier, lectures: Lectures, liste: Callable[[Lectures, Atelier], Lire]
) -> None:
    services, lire = atelier.services, liste(lectures, atelier)
    refs = [un_dossier(services).ref for _ in range(7)]
    lectures.rattraper("file")
    debut, vus, apres = _noms(lire(limite=None)), [], ""
    while True:
        lu = lire(limite=3, apres=apres)
        vus += _noms(lu)
        if lu["suivant"] is None:
            break
        apres = lu["suivant"]
        if refs:  # its rows leave, whether they were read or not; those of another come
            envoyer(services, "dossier retirer", de(), dossier=refs.pop(), motif="Projet abandonné")
            un_dossier(services)
            lectures.rattraper("file")
    restes = set(debut) & set(_noms(lire(limite=None)))
    assert len(restes) >= 3 or liste is _tiers
    assert {nom: vus.count(nom) for nom in restes} == dict.fromkeys(restes, 1)
    assert len(vus) == len(set(vus))


@pytest.mark.parametrize("liste", [_file, _dossiers, _tiers])
def test_on_revient_sur_ses_pas(
    atelier: Atelier, lectures: Lectures, liste: Callable[[Lectures, Atelier], Lire]
) -> None:
    lire = liste(lectures, atelier)
    for _ in range(8):
        un_dossier(atelier.services)
    lectures.rattraper("file")
    pages = [lire(limite=3)]
    while pages[-1]["suivant"]:
        pages.append(lire(limite=3, apres=pages[-1]["suivant"]))
    assert pages[0]["precedent"] is None
    for rang, page in enumerate(pages[1:], 1):
        assert page["avant"] == 3 * rang
        assert lire(limite=3, apres=page["precedent"])["lignes"] == pages[rang - 1]["lignes"]


@pytest.mark.parametrize("curseur", ["x", "2", "é", "AA", "_w", "=", "a" * 5])
def test_une_suite_que_personne_n_a_donnee_est_refusee(atelier: Atelier, lectures: Lectures, curseur: str) -> None:
    lectures.rattraper("file")
    with pytest.raises(SaisieInvalide, match="n’est pas de celles"):
        requetes.dossiers(lectures, apres=curseur)


def test_les_mots_se_cherchent_quelle_que_soit_leur_ecriture(atelier: Atelier, lectures: Lectures) -> None:
    """Of the objet and of who asks, on each engine; a sign of SQL is a sign like another."""
    depot = json.loads((EXEMPLES / "depots" / "02.json").read_text(encoding="utf-8"))
    depot |= {"objet": "L’Œuvre d’Æsope à 100\u202f% : fête_é\u0301té", "pieces": []}
    depot["tiers"]["denomination"] = "Les Amis du Cœur d'ÎLE (exemple)"
    envoyer(atelier.services, "dossier deposer", de(), depot=FichierRecu("depot.json", json.dumps(depot).encode()))
    un_dossier(atelier.services)
    lectures.rattraper("file")
    for mots in ("l'oeuvre", "L‘ŒUVRE d'aesope", "coeur d’ile", "amis  100\u00a0%", "fete_ETE", "cœur æsope"):
        assert requetes.dossiers(lectures, requetes.FiltreDeDossiers(mots=mots))["total"] == 1, mots
    for mots in ("100_", "fete%ete", "l’œuvre absente", "\\"):
        assert requetes.dossiers(lectures, requetes.FiltreDeDossiers(mots=mots))["total"] == 0, mots


def test_ce_que_la_file_demande_se_lit_par_ses_index(atelier: Atelier, lectures: Lectures) -> None:
    """Its count reads one index, and no dossier; what a filter offers goes from one value to the next."""
    refs = [un_dossier(atelier.services).ref for _ in range(3)]
    lectures.rattraper("file")
    demandes: list[tuple[str, Any]] = []
    sa.event.listen(
        lectures.base,
        "before_cursor_execute",
        lambda c, cur, dit, params, ctx, plusieurs: demandes.append((dit, params)),
    )
    seuls = requetes.Filtre(de=frozenset({"instructeur"}))
    lu = requetes.file(lectures, atelier.services.maintenant(), parmi=seuls)
    assert {ligne["ref"] for ligne in lu["lignes"]} == set(refs)
    assert lu["total"] == len(lu["lignes"])
    assert requetes.valeurs(lectures) == {"campagnes": ["NQE-2026"], "etapes": ["depose"]}
    comptes = [dit for dit, _ in demandes if "count(" in dit]
    assert not [dit for dit in comptes if "file_agregats" in dit]
    if lectures.base.dialect.name == "sqlite":
        with lectures.base.connect() as connexion:
            for dit, params in tuple(demandes):
                if "count(" in dit or "suivantes" in dit:
                    plan = [ligne[3] for ligne in connexion.exec_driver_sql(f"EXPLAIN QUERY PLAN {dit}", params)]
                    lus = [pas for pas in plan if "file_" in pas]
                    assert lus
                    assert all(pas.startswith("SEARCH") and "INDEX" in pas for pas in lus), plan
