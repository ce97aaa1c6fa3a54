"""The command line as a script pays it: the CPU of one command, against what its three libraries cost to import."""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from bench.atelier import atelier
from bench.mesure import Ampleur, Mesure, machine, mediane
from bench.processus import environnement

DOSSIERS: Final = 30
REFERENCE: Final = "import pydantic, typer, sqlalchemy"
COMPLETER: Final = (
    "source {script}; COMP_WORDS=(diligence dossier vis); COMP_CWORD=2; _diligence; [ ${{COMPREPLY[0]}} = viser ]"
)


def ligne(ampleur: Ampleur) -> list[Mesure]:
    """Run each command in a process of its own, all of them and the reference in each round."""
    depart = machine()
    with tempfile.TemporaryDirectory() as dossier, atelier(Path(dossier)) as ouvert:
        refs = [ouvert.deposer().ref for _ in range(ampleur.choisir(DOSSIERS, 2))]
        env = environnement(ouvert.reglages)
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # as installed: each module is compiled once, not at each command
        depot, script = Path(dossier) / "depot.json", Path(dossier) / "completion"
        depot.write_text(json.dumps({**ouvert.modele, "pieces": []}), encoding="utf-8")
        with script.open("w") as sortie:
            subprocess.run([sys.executable, "-m", "cli.principal", "completion", "bash"], stdout=sortie, check=True)
        ordres = _ordres(refs[0], depot, script)
        temps: dict[str, list[float]] = {nom: [] for nom in ordres}
        a_blanc = ampleur.choisir(1, 0)  # a first round compiles, and brings the read models up to date
        for tour in range(a_blanc + ampleur.tours):
            for nom, ordre in ordres.items():
                cpu = _cpu(ordre(tour), env)
                if tour >= a_blanc:
                    temps[nom].append(cpu)
    reference = mediane(temps.pop("reference"))
    conditions = f"CPU d’un processus, {len(refs)} dossiers, SQLite, modules compilés ; {depart}"
    return [
        Mesure(
            nom=f"ligne.{nom}",
            valeur=mediane(lus),
            unite="s de CPU",
            reference=REFERENCE,
            valeur_reference=reference,
            conditions=conditions,
        )
        for nom, lus in temps.items()
    ]


def _ordres(ref: str, depot: Path, script: Path) -> dict[str, Callable[[int], list[str]]]:
    """Return what is run in each round; a geste, once alone, once with the consequences no engine is there to drive."""
    diligence = [sys.executable, "-m", "cli.principal"]
    lectures = {
        "file": ["file"],
        "lister": ["dossier", "lister"],
        "voir": ["dossier", "voir", ref],
        "historique": ["historique", ref],
        "attentes": ["attentes", ref],
    }
    fixes = {nom: [*diligence, *mots] for nom, mots in lectures.items()} | {
        "reference": [sys.executable, "-c", REFERENCE],
        "geste_et_suites": [*diligence, "dossier", "deposer", str(depot), "--acteur", "ines"],
        "version": [*diligence, "--version"],
        "completion": ["bash", "-c", COMPLETER.format(script=script)],
    }
    enregistrer = [*diligence, "agent", "enregistrer", "--roles", "auditeur", "--acteur", "admin"]
    return {
        **{nom: partial(_toujours, ordre) for nom, ordre in fixes.items()},
        "geste": lambda tour: [*enregistrer, f"agent-{tour}"],
    }


def _toujours(ordre: list[str], _: int) -> list[str]:
    return ordre


def _cpu(ordre: list[str], env: dict[str, str]) -> float:
    """Return the seconds of CPU a command took, its own and the system's for it."""
    avant = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(ordre, env=env, stdout=subprocess.DEVNULL, check=True)
    apres = resource.getrusage(resource.RUSAGE_CHILDREN)
    return apres.ru_utime + apres.ru_stime - avant.ru_utime - avant.ru_stime
