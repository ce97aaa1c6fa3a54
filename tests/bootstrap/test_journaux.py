"""Logs: JSON for machines, no message of an exception, no wait on a pipe nobody reads, fields from a committed list."""

import ast
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bootstrap import journaux
from bootstrap.reglages import choix_du_journal
from kernel.refus import SaisieInvalide

RACINE = Path(__file__).resolve().parents[2]
MARQUE = "Zebulon-Personnel"
CHAMPS_PERMIS = {
    *(
        "acteur",
        "agent",
        "agregat",
        "annoncee",
        "automatisme",
        "bordereaux",
        "code",
        "commande_id",
        "curseur",
        "deja_fait",
        "derive",
        "duree_ms",
        "echecs",
    ),
    *(
        "erreur",
        "essai",
        "fait",
        "faits",
        "filet",
        "genre",
        "genres",
        "geste",
        "id",
        "lue",
        "message",
        "methode",
        "partie",
        "pilote",
        "pourquoi",
        "projection",
    ),
    *("position", "repares", "reprise_dans_s", "route", "source", "statut", "suivi", "tete", "version", "voie", "vue"),
    *("exc_info",),  # said by its type and its frames only
}


def dites(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(ligne) for ligne in capsys.readouterr().err.splitlines()]


def test_chaque_ligne_est_du_json_avec_ses_ids(capsys: pytest.CaptureFixture[str]) -> None:
    assert journaux.configurer("json")
    with structlog.contextvars.bound_contextvars(cause="c-1"):
        structlog.get_logger().info("commande.faite", geste="dossier viser")
    (ligne,) = dites(capsys)
    assert ligne.pop("timestamp").endswith("Z")
    assert ligne == {"event": "commande.faite", "level": "info", "cause": "c-1", "geste": "dossier viser"}


def test_une_erreur_se_dit_sans_son_message(capsys: pytest.CaptureFixture[str]) -> None:
    journaux.configurer("json")
    try:
        raise ValueError(MARQUE)
    except ValueError:
        structlog.get_logger().exception("relais.interrompu")
        logging.getLogger("une.bibliotheque").exception("Task %s failed\nfuture: %r", MARQUE, MARQUE)
    notre, sienne = dites(capsys)
    assert (notre["erreur"], notre["level"]) == ("ValueError", "error")
    assert notre["trace"][-1].startswith("test_journaux.py:")
    assert (sienne["event"], sienne["source"]) == ("bibliotheque.dit", "une.bibliotheque")
    assert (sienne["message"], sienne["erreur"]) == ("Task %s failed", "ValueError")
    assert MARQUE not in str((notre, sienne))


@pytest.mark.parametrize(
    ("choix", "processus", "json_attendu"),
    [("json", False, True), ("humain", True, False), (None, False, False)],
)
def test_le_choix_du_journal(choix: Any, *, processus: bool, json_attendu: bool) -> None:
    assert journaux.configurer(choix, processus=processus) is json_attendu


def test_un_processus_que_personne_ne_regarde_parle_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    journaux._sortie.cache_clear()
    with (tmp_path / "stderr").open("w+") as fichier:
        monkeypatch.setattr(sys, "stderr", fichier)
        assert journaux.configurer(None, processus=True)
        structlog.get_logger().info("processus.parti")
        journaux.vider()
        assert json.loads((tmp_path / "stderr").read_text())["event"] == "processus.parti"
    journaux._sortie.cache_clear()


def test_le_reglage_refuse_un_autre_mot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DILIGENCE_JOURNAL", "xml")
    with pytest.raises(SaisieInvalide, match="DILIGENCE_JOURNAL"):
        choix_du_journal()
    monkeypatch.setenv("DILIGENCE_JOURNAL", "humain")
    assert choix_du_journal() == "humain"
    monkeypatch.delenv("DILIGENCE_JOURNAL")
    assert choix_du_journal() is None


def appels() -> Iterator[tuple[str, ast.Call]]:
    for fichier in sorted(RACINE.glob("*/**/*.py")):
        if fichier.relative_to(RACINE).parts[0] in {"tests", ".venv", "bench"}:
            continue
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            if (
                isinstance(noeud, ast.Call)
                and isinstance(noeud.func, ast.Attribute)
                and ast.unparse(noeud.func.value) in {"log", "structlog.get_logger()"}
            ):
                yield fichier.relative_to(RACINE).as_posix(), noeud


def test_les_champs_du_journal_viennent_d_une_liste() -> None:
    """A new field is looked at by a person, as the text fields of facts are: codes, ids, numbers."""
    vus = list(appels())
    assert len(vus) > 10
    inconnus = {(ou, mot.arg) for ou, appel in vus for mot in appel.keywords if mot.arg not in CHAMPS_PERMIS}
    assert inconnus == set()
    for ou, appel in vus:
        evenement = appel.args[-1]
        assert isinstance(evenement, ast.Constant), ou
        assert "." in str(evenement.value), "an event is a noun and a past participle"
