"""Say which mutants of the code its own tests let live: `python -m tests.mutants --graine 1 --nombre 500`.

It leaves with code 1 when a package is under its bound. A mutant that changes nothing for anybody is no test's to
notice: `equivalents` lists those, each with its reason, and they are not drawn.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from tests.mutants.atelier import survivants
from tests.mutants.equivalents import EQUIVALENTS
from tests.mutants.essais import Sujet

RACINE: Final = Path(__file__).resolve().parents[2]
SUJETS: Final = tuple(
    Sujet(nom, essais, RACINE)
    for nom, essais in {
        "kernel/delais": (
            "tests/kernel/test_delais.py",
            "tests/kernel/test_delais_bornes.py",
            "tests/kernel/test_delais_proprietes.py",
            "tests/kernel/test_interruptions.py",
        ),
        "aggregates/dossier": ("tests/aggregates/dossier",),
        "dispositifs": ("tests/dispositifs",),
    }.items()
)
SEUIL: Final = Fraction(85, 100)


def dire(ligne: str) -> None:
    """Write a line at once: a run lasts."""
    sys.stdout.write(ligne + "\n")
    sys.stdout.flush()


def eprouver(sujet: Sujet, graine: int, nombre: int, processus: int, equivalents: Sequence[str] = ()) -> Fraction:
    """Print the score of a package and its survivors, on so many mutants drawn at random (all, if it has fewer)."""
    debut = time.monotonic()
    population = [mutant for mutant in sujet.mutants() if mutant.cle not in equivalents]
    rangs = random.Random(graine).sample(range(len(population)), min(nombre, len(population)))
    choisis = [population[rang] for rang in sorted(rangs)]
    vivants = survivants(sujet, choisis, processus)
    score = Fraction(len(choisis) - len(vivants), len(choisis))
    dire(
        f"{sujet.nom} : {len(choisis)} mutants de {len(population)} (graine {graine}), {len(vivants)} survivants, "
        f"score {100 * float(score):.1f} %, en {time.monotonic() - debut:.0f} s"
    )
    for mutant in vivants:
        dire(f"  {mutant}")
    return score


def main() -> int:
    """Return 1 when a package is under its bound."""
    options = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    options.add_argument("--sujet", choices=[sujet.nom for sujet in SUJETS], help="one package only")
    options.add_argument("--graine", type=int, default=1)
    options.add_argument("--nombre", type=int, default=500, help="how many mutants of each package, at most")
    options.add_argument("--processus", type=int, default=os.cpu_count() or 1, help="how many are tried at once")
    lues = options.parse_args()
    os.environ.pop("DILIGENCE_EPREUVES", None)  # each mutant is tried with the counts of `make test`
    sujets = [sujet for sujet in SUJETS if lues.sujet in (None, sujet.nom)]
    scores = [eprouver(sujet, lues.graine, lues.nombre, lues.processus, list(EQUIVALENTS)) for sujet in sujets]
    return int(min(scores) < SEUIL)


if __name__ == "__main__":
    sys.exit(main())
