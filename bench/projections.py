"""The read models at scale: caught up by position, made again by stream, in facts per second.

The reference is the log read and decoded, and nothing done with it: what no projection can beat.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.atelier import Atelier, atelier
from bench.mesure import Ampleur, Mesure, absente, machine, mediane
from bench.postgres import Indisponible, bases_jetables
from bench.semis import semer
from bench.vies import CLOSE, PREMIER_RANG, RECUE, Vie
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures

VIES = 1_500
"""Of each round: 20,000 facts more, of as many lives over as open, a thousand of them side by side."""
REFERENCE = "journal lu et décodé, sans rien en faire"
PAGE = 2000
GESTES = {"rattrapage": "par position", "reconstruction": "par flux"}


def projections(ampleur: Ampleur) -> list[Mesure]:
    """Measure both databases."""
    with tempfile.TemporaryDirectory(prefix="diligence-banc-") as dossier:
        mesures = _mesurer("sqlite", Path(dossier), None, ampleur)
    try:
        with tempfile.TemporaryDirectory(prefix="diligence-banc-") as dossier, bases_jetables(1) as (base,):
            mesures += _mesurer("postgresql", Path(dossier), base, ampleur)
    except Indisponible as erreur:
        mesures += [absente(f"projections.postgresql.{quoi}", "faits/s", str(erreur)) for quoi in GESTES]
    return mesures


def _mesurer(sgbd: str, dossier: Path, base: str | None, ampleur: Ampleur) -> list[Mesure]:
    depart, nombre = machine(), ampleur.choisir(VIES, 6)
    with atelier(dossier, base) as a, ouvrir_lectures(a.reglages, a.services) as lectures:
        debits: dict[str, list[float]] = {}
        for nom in lectures.projections:
            lectures.rattraper(nom)
        for tour in range(ampleur.tours):
            vies: list[Vie] = [CLOSE if rang % 2 else RECUE for rang in range(nombre)]
            avant = a.services.store.enregistreur.derniere_position()
            faits = semer(a.services, a.reglages.base, vies, premier=PREMIER_RANG + tour * nombre)
            for quoi, debit in _tour(a, lectures, avant, faits).items():
                debits.setdefault(quoi, []).append(debit)
    conditions = (
        f"{faits} faits de plus à chacun des {ampleur.tours} tours, refaits en tout à chaque tour, "
        f"{min(nombre, 1000)} dossiers de front ; {depart}"
    )
    noms = {"": " et ".join(lectures.projections), **{f".{nom}": nom for nom in lectures.projections}}
    return [
        Mesure(
            nom=f"projections.{sgbd}.{quoi}{suffixe}",
            valeur=mediane(debits[f"{quoi}{suffixe}"]),
            unite="faits/s",
            reference=REFERENCE,
            valeur_reference=mediane(debits["journal"]),
            conditions=f"{lesquelles}, {comment} ; {conditions}",
        )
        for quoi, comment in GESTES.items()
        for suffixe, lesquelles in noms.items()
    ]


def _tour(a: Atelier, lectures: Lectures, avant: int, faits: int) -> dict[str, float]:
    """Read what was just sown, project it, then make everything again; return facts per second of each."""
    debits = {"journal": faits / _duree(_lire, lectures, avant)}
    for quoi, faire, nombre in (
        ("rattrapage", lectures.rattraper, faits),
        ("reconstruction", lectures.reconstruire, avant + faits),
    ):
        durees = {nom: _duree(faire, nom) for nom in lectures.projections}
        debits |= {f"{quoi}.{nom}": nombre / duree for nom, duree in durees.items()}
        # what a person waits for: all of them, one after the other
        debits[quoi] = nombre / sum(durees.values())
    return debits


def _lire(lectures: Lectures, position: int) -> None:
    while lus := lectures.source.lire_depuis(position, PAGE):
        position = lus[-1].position or 0


def _duree(faire: Callable[..., object], *args: object) -> float:
    debut = time.perf_counter()
    faire(*args)
    return time.perf_counter() - debut
