"""Every committed history of a released version replays: a follow-up started years ago must survive today's code."""

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from tests.conftest import Dire
from tests.epreuves import compte
from tests.replay.enregistrer import HISTOIRES, SCENARIOS
from workers.bac_a_sable import bac_a_sable
from workflows.suivi import Suiveur

FICHIERS = sorted(HISTOIRES.glob("*.json"))


def rejoueur() -> Replayer:
    return Replayer(
        workflows=[Suiveur],
        data_converter=pydantic_data_converter,
        workflow_runner=bac_a_sable(),
    )


def lire(fichier: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(
        "dossier-00000000-0000-0000-0000-000000000000", fichier.read_text(encoding="utf-8")
    )


def test_chaque_scenario_a_son_histoire() -> None:
    assert {fichier.stem.split("-")[1] for fichier in FICHIERS} == SCENARIOS.keys()


@pytest.mark.parametrize("fichier", FICHIERS, ids=lambda f: f.stem)
async def test_l_histoire_se_rejoue(fichier: Path) -> None:
    await rejoueur().replay_workflow(lire(fichier))


@pytest.mark.parametrize(
    ("nom", "evenement"),
    [
        ("suspension", "EVENT_TYPE_TIMER_CANCELED"),
        ("suspension", "EVENT_TYPE_TIMER_FIRED"),
        ("refus", "EVENT_TYPE_ACTIVITY_TASK_FAILED"),
        ("continuation", "EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW"),
    ],
)
def test_l_histoire_contient_ce_qu_elle_prouve(nom: str, evenement: str) -> None:
    types = {
        e["eventType"] for f in FICHIERS if nom in f.stem for e in json.loads(f.read_text(encoding="utf-8"))["events"]
    }
    assert evenement in types


async def test_le_bac_a_sable_ne_recharge_pas_eventsourcing(dire: Dire) -> None:
    """Loaded again for each workflow, eventsourcing wraps dataclasses once more each time, until a RecursionError."""
    fois = compte(5, 50)
    dire(f"{fois} workflows")
    for _ in range(fois):
        await rejoueur().replay_workflow(lire(FICHIERS[0]))
    assert _profondeur() <= 1


def _profondeur() -> int:
    import dataclasses

    profondeur, fonction = 0, dataclasses._process_class  # type: ignore[attr-defined]
    while (
        suivante := next((c.cell_contents for c in fonction.__closure__ or () if callable(c.cell_contents)), None)
    ) is not None:
        profondeur, fonction = profondeur + 1, suivante
    return profondeur
