"""Play histories: `python -m tests.simulateur SEED [--trace]`, or `--nombre 1000` from that seed on."""

import argparse
import sys
import time

from tests.simulateur.ampleur import BREVE, DIXIEME, GRANDE, Bilan
from tests.simulateur.histoire import jouer_toutes


def dire(ligne: str) -> None:
    """Write a line."""
    sys.stdout.write(ligne + "\n")


def main() -> int:
    """Return 0; a broken invariant is an exception that names the seed."""
    options = argparse.ArgumentParser(prog="python -m tests.simulateur", description=__doc__)
    options.add_argument("graine", type=int)
    options.add_argument("--nombre", type=int, default=1)
    options.add_argument("--grande", action="store_true", help="whole campagnes, of hundreds of dossiers")
    options.add_argument("--dixieme", action="store_true", help="a tenth of a campagne")
    options.add_argument("--trace", action="store_true", help="print every step")
    options.add_argument("--sqlite", action="store_true", help="on the real SQLite recorder")
    options.add_argument("--processus", type=int, default=1, help="how many play at once, one per core")
    lues = options.parse_args()
    debut = time.monotonic()
    bilans = jouer_toutes(
        range(lues.graine, lues.graine + lues.nombre),
        processus=1 if lues.trace else lues.processus,
        ampleur=GRANDE if lues.grande else DIXIEME if lues.dixieme else BREVE,
        trace=dire if lues.trace else None,
        sqlite=lues.sqlite,
    )
    if lues.nombre == 1:
        dire(f"graine {lues.graine} : rien à redire, trace {bilans[0].empreinte[:16]}")
    dire(resume(bilans, time.monotonic() - debut))
    return 0


def resume(bilans: list[Bilan], duree_s: float) -> str:
    """Return how many histories a minute, and what a history is, so that the rate means something."""

    def moyenne(champ: str) -> float:
        return float(sum(getattr(bilan, champ) for bilan in bilans)) / len(bilans)

    return (
        f"{len(bilans)} histoires en {duree_s:.0f} s, {60 * len(bilans) / duree_s:.0f} par minute ; "
        f"en moyenne {moyenne('pas'):.0f} pas de gros temps, {moyenne('operations'):.0f} opérations, "
        f"{moyenne('dossiers'):.1f} dossiers, {moyenne('faits'):.0f} faits"
    )


if __name__ == "__main__":
    sys.exit(main())
