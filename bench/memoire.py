"""Twenty thousand open dossiers whose échéances are far: what the worker's memory becomes, and how fast they are followed.

Sown in bulk as a take-over, so that they come by the relay's slow lane; each has an instant to keep, so each is started.
Server, worker and relay: one process each, one machine. The memory is what the system counts as the worker's own.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from temporalio.client import Client

from adapters.temporal import connecter
from adapters.temporal_local import demarrer_local
from bench.atelier import Atelier, atelier
from bench.mesure import Ampleur, Mesure, machine
from bench.processus import lancer
from bench.semis import semer
from bench.vies import PREMIER_RANG, RECUE

PALIERS = (5_000, 20_000)
LOT = "reprise:banc"
PATIENCE_S = 1_500.0
CALME_S = 5.0
"""After the last one waits: what was under way ends."""
SUIVIS = "WorkflowType='SuiviDossier' AND ExecutionStatus='Running' AND VersionVue>0"


def memoire(ampleur: Ampleur) -> list[Mesure]:
    """Measure the worker at both levels."""
    depart = machine()
    paliers = ampleur.choisir(PALIERS, (4, 12))
    with tempfile.TemporaryDirectory(prefix="diligence-banc-") as nom:
        serveur = demarrer_local(Path(nom) / "temporal.db")
        try:
            with atelier(Path(nom)) as a:
                a.reglages.temporal = serveur.adresse
                occupees, duree = asyncio.run(_mesurer(a, paliers, ampleur.choisir(CALME_S, 0.5)))
        finally:
            serveur.arreter()
    vide, *autres = occupees
    conditions = (
        f"{paliers[-1]} dossiers ouverts, échéances à plus d’un mois, un worker ({vide:.0f} Mo sans dossier), SQLite, "
        f"serveur Temporal et relais sur la même machine ; {depart}"
    )
    return [
        Mesure(
            nom="memoire.croissance",
            valeur=max(0.0, autres[-1] - autres[0]),
            unite="Mo",
            reference=f"le worker à {paliers[0]} dossiers",
            valeur_reference=autres[0],
            conditions=conditions,
        ),
        Mesure(nom="memoire.suivis", valeur=paliers[-1] / duree, unite="suivis/s", conditions=conditions),
    ]


async def _mesurer(a: Atelier, paliers: tuple[int, ...], calme_s: float) -> tuple[list[float], float]:
    """Return the worker's memory without any dossier, then at each level; and how long all took to be followed."""
    client = await connecter(str(a.reglages.temporal))
    with lancer(a.reglages, "cli.principal", "worker") as worker, lancer(a.reglages, "cli.principal", "relais"):
        await asyncio.sleep(calme_s)
        occupees, duree, semes = [_occupee(worker)], 0.0, 0
        for palier in paliers:
            vies = [RECUE] * (palier - semes)
            await asyncio.to_thread(semer, a.services, a.reglages.base, vies, premier=PREMIER_RANG + semes, lot=LOT)
            debut = time.perf_counter()
            await _attendre(client, palier)
            duree, semes = duree + time.perf_counter() - debut, palier
            await asyncio.sleep(calme_s)
            occupees.append(_occupee(worker))
    return occupees, duree


async def _attendre(client: Client, nombre: int) -> None:
    """Wait until that many follow-ups have read what their dossier awaits, and wait in their turn."""
    fin = time.monotonic() + PATIENCE_S
    while (vus := (await client.count_workflows(SUIVIS)).count) < nombre:
        if time.monotonic() > fin:
            raise TimeoutError(f"{vus} follow-ups of {nombre} after {PATIENCE_S:.0f} s")
        await asyncio.sleep(0.5)


def _occupee(processus: int) -> float:
    """Return the memory a process holds for itself, in megabytes."""
    lignes = Path(f"/proc/{processus}/smaps_rollup").read_text(encoding="ascii").splitlines()
    prives = [ligne for ligne in lignes if ligne.startswith(("Private_Clean:", "Private_Dirty:"))]
    return sum(int(ligne.split()[1]) for ligne in prives) / 1024
