"""`diligence reconstruire temporal` after the loss of Temporal's database, against a bare loop of signal-with-start.

The loop starts empty workflows on the same server, as many calls at once, in turns with the command, which is stopped
meanwhile. Nobody runs a worker, on either side: what is measured is how fast follow-ups are made again, not how fast
they then read.
"""

import asyncio
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio.client import Client

from adapters.temporal import connecter, declarer_attributs
from adapters.temporal_local import demarrer_local
from bench.atelier import Atelier, atelier
from bench.mesure import Ampleur, Mesure, machine
from bench.processus import environnement
from bench.semis import semer
from bench.vide import FILE_VIDE, Vide
from bench.vies import RECUE
from bootstrap.lectures import lectures as ouvrir_lectures

OUVERTS = 20_000
BOUCLE = 500
"""Empty workflows of one turn of the loop."""
TOUR_S = 10.0
"""One turn of the command."""
PARALLELES = 16
AU_PLUS_S = 1_500.0
SUIVIS = "WorkflowType='SuiviDossier' AND ExecutionStatus='Running'"


def reconstruire(ampleur: Ampleur) -> list[Mesure]:
    """Measure both sides."""
    depart, nombre = machine(), ampleur.choisir(OUVERTS, 12)
    with tempfile.TemporaryDirectory(prefix="diligence-banc-") as nom, atelier(Path(nom)) as a:
        semer(a.services, a.reglages.base, [RECUE] * nombre)
        with ouvrir_lectures(a.reglages, a.services) as lectures:  # a projector keeps them so
            for projection in lectures.projections:
                lectures.rattraper(projection)
        serveur = demarrer_local(Path(nom) / "temporal.db")
        try:
            a.reglages.temporal = serveur.adresse
            notre, nu = asyncio.run(_mesurer(a, nombre, ampleur.choisir(BOUCLE, 8)))
        finally:
            serveur.arreter()
    return [
        Mesure(
            nom="reconstruire.suivis",
            valeur=nombre / notre,
            unite="suivis/s",
            reference="boucle nue : signal-with-start d’un workflow vide, 16 appels à la fois, tour à tour",
            valeur_reference=nu,
            conditions=f"{nombre} suivis refaits par la commande, processus compris, sans worker, SQLite ; {depart}",
        )
    ]


async def _mesurer(a: Atelier, nombre: int, boucle: int) -> tuple[float, float]:
    """Return how long the command took, its stops left out, and the starts per second of the bare loop."""
    client = await connecter(str(a.reglages.temporal))
    await declarer_attributs(client)
    tours = [await _boucle_nue(client, boucle)]
    debut, arretee = time.perf_counter(), 0.0
    commande = _commander(a)
    while not await asyncio.to_thread(_finie, commande):
        if time.perf_counter() - debut > AU_PLUS_S:
            commande.kill()
            raise TimeoutError(f"the command was not over after {AU_PLUS_S:.0f} s")
        commande.send_signal(signal.SIGSTOP)
        tours.append(await _boucle_nue(client, boucle))
        arretee += tours[-1]
        commande.send_signal(signal.SIGCONT)
    duree = time.perf_counter() - debut - arretee
    refait: dict[str, Any] = json.loads(commande.communicate()[0])
    assert refait["temporal"]["repares"] == nombre, refait
    await _verifier(client, nombre)
    return duree, boucle * len(tours) / sum(tours)


def _finie(commande: "subprocess.Popen[bytes]") -> bool:
    """Let the command have its turn; tell whether it ended."""
    try:
        commande.wait(TOUR_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _commander(a: Atelier) -> "subprocess.Popen[bytes]":
    ordre = [sys.executable, "-m", "cli.principal", "reconstruire", "temporal", "--json"]
    return subprocess.Popen(ordre, env=environnement(a.reglages), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


async def _boucle_nue(client: Client, nombre: int) -> float:
    """Start that many empty workflows; return how long it took, in seconds."""
    restent = iter(range(nombre))

    async def appeler() -> None:
        for _ in restent:
            await client.start_workflow(
                Vide.run,
                args=[0, 0],
                id=f"vide-{uuid4()}",
                task_queue=FILE_VIDE,
                start_signal="reveil",
                start_signal_args=[1],
            )

    debut = time.perf_counter()
    await asyncio.gather(*(appeler() for _ in range(PARALLELES)))
    return time.perf_counter() - debut


async def _verifier(client: Client, nombre: int) -> None:
    """Wait until the server's index shows every follow-up, once."""
    fin = time.monotonic() + 30
    while (vus := (await client.count_workflows(SUIVIS)).count) < nombre and time.monotonic() < fin:
        await asyncio.sleep(0.2)
    assert vus == nombre, f"{vus} follow-ups, {nombre} were expected"
