"""How long a live fact takes to be seen in the queue: from the end of its command to the row that a page would read.

The projector runs in a process of its own, as deployed, or in a thread of this one, as in `diligence servir`.
"""

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.atelier import Atelier, atelier
from bench.mesure import Ampleur, Mesure, absente, centile, machine
from bench.postgres import Indisponible, bases_jetables
from bench.processus import lancer
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from readmodels.file import requetes
from workers.projecteur import Projecteur

OUVERTS = 200
"""Dossiers already in the queue."""
FAITS = 200
PAS_S = 0.0005
PATIENCE_S = 30.0
REPOS_S = 0.013
"""Between two facts: no multiple of a period at which someone looks."""


def file(ampleur: Ampleur) -> list[Mesure]:
    """Measure both databases, the projector apart; and SQLite all in one process."""
    with tempfile.TemporaryDirectory(prefix="diligence-banc-") as dossier:
        mesures = _mesurer("sqlite", Path(dossier), None, ampleur, a_part=True)
    with tempfile.TemporaryDirectory(prefix="diligence-banc-") as dossier:
        mesures += _mesurer("sqlite.un_processus", Path(dossier), None, ampleur, a_part=False)
    try:
        with tempfile.TemporaryDirectory(prefix="diligence-banc-") as dossier, bases_jetables(1) as (base,):
            mesures += _mesurer("postgresql", Path(dossier), base, ampleur, a_part=True)
    except Indisponible as erreur:
        mesures += [absente(f"file.postgresql.{rang}", "ms", str(erreur)) for rang in ("p50", "p95")]
    return mesures


def _mesurer(nom: str, dossier: Path, base: str | None, ampleur: Ampleur, *, a_part: bool) -> list[Mesure]:
    depart = machine()
    ouverts, faits = ampleur.choisir(OUVERTS, 5), ampleur.choisir(FAITS, 5)
    with atelier(dossier, base) as a, ouvrir_lectures(a.reglages, a.services) as lectures:
        for _ in range(ouverts):
            a.deposer()
        for projection in lectures.projections:
            lectures.rattraper(projection)
        with lancer(a.reglages, "cli.principal", "projecteur") if a_part else _projecteur_ici(lectures):
            _voir(a, lectures)  # the projector is up
            durees = [_voir(a, lectures) for _ in range(faits)]
    ou = "dans un processus à part" if a_part else "dans le même processus"
    conditions = f"projecteur {ou}, {ouverts} dossiers ouverts, {faits} dépôts ; {depart}"
    return [
        Mesure(nom=f"file.{nom}.p{rang}", valeur=1000 * centile(durees, rang), unite="ms", conditions=conditions)
        for rang in (50, 95)
    ]


def _voir(a: Atelier, lectures: Lectures) -> float:
    """File a request; return how long the queue took to count it, in seconds."""
    time.sleep(REPOS_S)
    maintenant = a.services.maintenant()
    avant = requetes.file(lectures, maintenant, limite=1)["total"]
    a.deposer()
    debut = time.perf_counter()
    while requetes.file(lectures, maintenant, limite=1)["total"] == avant:
        if time.perf_counter() - debut > PATIENCE_S:
            raise TimeoutError(f"the queue did not show a fact for {PATIENCE_S:.0f} s")
        time.sleep(PAS_S)
    return time.perf_counter() - debut


@contextmanager
def _projecteur_ici(lectures: Lectures) -> Iterator[None]:
    arret: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def servir() -> None:
        evenement = asyncio.Event()
        arret.append((asyncio.get_running_loop(), evenement))
        await Projecteur(lectures).servir(evenement)

    fil = threading.Thread(target=lambda: asyncio.run(servir()), name="projecteur", daemon=True)
    fil.start()
    try:
        yield
    finally:
        boucle, evenement = arret[0]
        boucle.call_soon_threadsafe(evenement.set)
        fil.join(PATIENCE_S)
