"""Play histories: `python -m tests.simulateur SEED [--trace]`, or `--nombre 1000` from that seed on."""

import argparse
import sys
import time

from tests.simulateur.histoire import jouer


def dire(ligne: str) -> None:
    """Write a line."""
    sys.stdout.write(ligne + "\n")


def main() -> int:
    """Return 1 when an invariant was broken."""
    options = argparse.ArgumentParser(prog="python -m tests.simulateur", description=__doc__)
    options.add_argument("graine", type=int)
    options.add_argument("--nombre", type=int, default=1)
    options.add_argument("--trace", action="store_true", help="print every step")
    options.add_argument("--sqlite", action="store_true", help="on the real SQLite recorder")
    lues = options.parse_args()
    debut = time.monotonic()
    for graine in range(lues.graine, lues.graine + lues.nombre):
        empreinte = jouer(graine, trace=dire if lues.trace else None, sqlite=lues.sqlite)
        if lues.nombre == 1:
            dire(f"graine {graine} : rien à redire, trace {empreinte[:16]}")
    duree = time.monotonic() - debut
    dire(f"{lues.nombre} histoires, {60 * lues.nombre / duree:.0f} par minute")
    return 0


if __name__ == "__main__":
    sys.exit(main())
