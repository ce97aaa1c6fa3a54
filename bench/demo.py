"""The demo, from its command to its summary; then, from the histories it leaves, what a dossier costs Temporal."""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from typing import Any

from temporalio.client import Client

from adapters.temporal import connecter
from adapters.temporal_local import demarrer_local
from bench.mesure import Ampleur, Mesure, machine, mediane
from bench.processus import environnement
from bootstrap.reglages import Reglages

TACHE = "workflow_task_completed_event_attributes"
AU_PLUS_S = 600.0


def demo(ampleur: Ampleur) -> list[Mesure]:
    """Play it, each time on a Temporal server of its own, whose start counts."""
    depart = machine()
    tours = ampleur.choisir(ampleur.tours, 1)
    durees: list[float] = []
    resume: dict[str, Any] = {}
    taches: dict[str, list[int]] = {}
    for _ in range(tours):
        debut = time.perf_counter()
        serveur = demarrer_local()
        try:
            resume = _jouer(serveur.adresse)
            durees.append(time.perf_counter() - debut)
            taches = asyncio.run(_taches(serveur.adresse))
        finally:
            serveur.arreter()
    dossiers = sum(resume["dossiers"]["par_etat"].values())
    duree = Mesure(
        nom="demo.duree",
        valeur=mediane(durees),
        unite="s",
        conditions=f"{resume['faits']} faits, {dossiers} dossiers, {tours} fois, serveur Temporal compris ; {depart}",
    )
    return [duree, *_par_type(taches, depart)]


def _jouer(adresse: str) -> dict[str, Any]:
    ordre = [sys.executable, "-m", "cli.principal", "demo", "--sans-attendre", "--json", "--jusqu-au", "fin"]
    with tempfile.TemporaryDirectory() as provisoire:  # the store it leaves is not looked at
        env = environnement(Reglages(temporal=adresse)) | {"TMPDIR": provisoire}
        fini = subprocess.run(ordre, env=env, capture_output=True, check=True, timeout=AU_PLUS_S)
    return dict(json.loads(fini.stdout))


async def _taches(adresse: str) -> dict[str, list[int]]:
    """Return how many workflow tasks each follow-up of the example campaign took, by type."""
    client = await connecter(adresse)
    par_suivi: dict[str, Counter[str]] = {}
    async for execution in client.list_workflows("Dispositif='nqe'"):
        par_suivi.setdefault(execution.workflow_type, Counter())[execution.id] += await _compter(
            client, execution.id, execution.run_id
        )
    return {type_: sorted(suivis.values()) for type_, suivis in par_suivi.items()}


async def _compter(client: Client, identifiant: str, execution: str) -> int:
    histoire = await client.get_workflow_handle(identifiant, run_id=execution).fetch_history()
    return sum(e.WhichOneof("attributes") == TACHE for e in histoire.events)


def _par_type(taches: dict[str, list[int]], depart: str) -> list[Mesure]:
    return [
        Mesure(
            nom=f"demo.taches{suffixe}",
            valeur=statistics.median(taches[type_]),
            unite="tâches de workflow",
            conditions=f"médiane de {len(taches[type_])} {quoi} de la campagne d’exemple, "
            f"de {taches[type_][0]} à {taches[type_][-1]} ; {depart}",
        )
        for type_, suffixe, quoi in (
            ("SuiviDossier", "", "dossiers"),
            ("SuiviSubvention", ".subvention", "subventions"),
        )
        if type_ in taches
    ]
