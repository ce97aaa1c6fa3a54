"""Two worker processes against one, on the whole loop of `bench.boucle`: dossiers per second, and the same facts.

PostgreSQL, where several workers are used; server, workers, relay and commands: one process each, one machine. On two
cores a second worker brings nothing: what is measured is that it costs nothing either, and doubles nothing.
"""

import asyncio
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from uuid import UUID

from adapters.temporal import connecter
from adapters.temporal_local import demarrer_local
from bench.atelier import Atelier, atelier
from bench.boucle import Banc, EcouteUdp
from bench.dossiers import Dossiers
from bench.mesure import Ampleur, Mesure, absente, machine, mediane
from bench.postgres import Indisponible, bases_jetables
from bench.processus import lancer
from bench.temoin import PRET

SEUL, DEUX = "un worker", "deux workers"
PAGE = 2000

Vies = Counter[tuple[str, tuple[str, ...]]]
"""How many aggregates of each kind lived that very history."""


@dataclass
class Manche:
    """What one side did in one round."""

    debit: float
    vies: Vies


def travailleurs(ampleur: Ampleur) -> list[Mesure]:
    """Measure both sides in turns."""
    depart = machine()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="diligence-banc-") as nom,
            bases_jetables(1) as (base,),
            atelier(Path(nom), base) as a,
        ):
            serveur = demarrer_local(Path(nom) / "temporal.db")
            try:
                a.reglages.temporal = serveur.adresse
                tours = asyncio.run(_mesurer(a, ampleur))
            finally:
                serveur.arreter()
    except Indisponible as erreur:
        return [absente(f"travailleurs.{quoi}", "", str(erreur)) for quoi in ("dossiers", "identiques")]
    nombre, en_vol = _ampleur(ampleur)
    conditions = (
        f"{nombre} dossiers par tour, {en_vol} à la fois, {ampleur.tours} tours, PostgreSQL, serveur Temporal, "
        f"workers, relais et commandes sur la même machine ; {depart}"
    )
    seul, deux = (sum((tour.vies for tour in tours[cote]), Vies()) for cote in (SEUL, DEUX))
    return [
        Mesure(
            nom="travailleurs.dossiers",
            valeur=mediane(tour.debit for tour in tours[DEUX]),
            unite="dossiers/s",
            reference=SEUL,
            valeur_reference=mediane(tour.debit for tour in tours[SEUL]),
            conditions=conditions,
        ),
        Mesure(
            nom="travailleurs.identiques",
            valeur=100 * (seul & deux).total() / max(seul.total(), deux.total()),
            unite="%",
            conditions=f"flux qui ont les mêmes faits dans le même ordre, {deux.total()} de chaque côté ; {conditions}",
        ),
    ]


def _ampleur(ampleur: Ampleur) -> tuple[int, int]:
    return ampleur.choisir(100, 4), ampleur.choisir(25, 2)


async def _mesurer(a: Atelier, ampleur: Ampleur) -> dict[str, list[Manche]]:
    transport, ecoute = await asyncio.get_running_loop().create_datagram_endpoint(
        EcouteUdp, local_addr=("127.0.0.1", 0)
    )
    port = str(transport.get_extra_info("sockname")[1])
    tours: dict[str, list[Manche]] = defaultdict(list)
    try:
        with lancer(a.reglages, "cli.principal", "relais"), lancer(a.reglages, "bench.temoin", port):
            await ecoute.attendre(PRET, 0)
            dossiers = Dossiers(a.services.store, a.services.maintenant)
            banc = Banc(dossiers, await connecter(str(a.reglages.temporal)), ecoute)
            await banc.un_dossier()
            for rang in range(ampleur.tours):
                for cote in (SEUL, DEUX) if rang % 2 else (DEUX, SEUL):
                    with ExitStack() as pile:
                        if cote == DEUX:
                            del ecoute.vus[PRET]
                            pile.enter_context(lancer(a.reglages, "bench.temoin", port))
                            await ecoute.attendre(PRET, 0)
                        tours[cote].append(await _tour(a, banc, ampleur))
    finally:
        transport.close()
    return tours


async def _tour(a: Atelier, banc: Banc, ampleur: Ampleur) -> Manche:
    """Live a round of lives, so many at once; return their pace and what they left in the store."""
    nombre, en_vol = _ampleur(ampleur)
    avant, place = a.services.store.enregistreur.derniere_position(), asyncio.Semaphore(en_vol)

    async def une() -> None:
        async with place:
            await banc.un_dossier()

    debut = time.perf_counter()
    await asyncio.gather(*(une() for _ in range(nombre)))
    return Manche(nombre / (time.perf_counter() - debut), _vies(a, avant))


def _vies(a: Atelier, position: int) -> Vies:
    """Return the histories of the aggregates whose facts came after a position."""
    flux: dict[tuple[str, UUID], list[str]] = defaultdict(list)
    while lus := a.services.store.lire_depuis(position, PAGE):
        position = cast(int, lus[-1].position)
        for inscription in lus:
            flux[inscription.entete.agregat, inscription.entete.id].append(inscription.fait.topic)
    return Counter((agregat, tuple(topics)) for (agregat, _), topics in flux.items())
