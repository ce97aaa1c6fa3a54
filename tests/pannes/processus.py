"""A process of the product that a drill may stop: `python -m tests.pannes.processus [options] ARGUMENTS OF DILIGENCE`.

`--panne POINT:RANG:MARQUE` kills it, as a power cut would, the RANG-th time it goes by POINT; MARQUE then exists.
`--pause POINT:RANG:MARQUE` makes it wait there instead, for whoever has a signal to send it.
`--horloge SECONDES` makes the clock of this process wrong; `--faute AUTOMATISME` makes one of its automatismes fail.
Instead of a command, `filet N` makes N passes of the safety net.
"""

import argparse
import asyncio
import gc
import itertools
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

from adapters.horloge import HorlogeReelle
from adapters.temporal import SuivisTemporal, connecter
from application.automatismes import AUTOMATISMES
from bootstrap.cablage import services
from bootstrap.reglages import Reglages
from cli.principal import main
from kernel.instants import Instant
from kernel.pannes import armer
from tests.commandes import toutes
from workers.reconciliation import Reconciliation

PAUSE_S = 60.0
BASES: Final = ("psycopg", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite")
"""What SQLAlchemy reads once it is told an address."""


def tout_lire() -> None:
    """Read the whole program, whose commands each read what they need: what forks us then never does it again."""
    toutes()
    for module in ("cli.ligne", "workers.processus", "web.application", *BASES):
        import_module(module)
    gc.freeze()


def mourir_au(rang: int, marque: Path) -> Callable[[], None]:
    """Return what kills this process the `rang`-th time, and leaves the mark that says so."""
    passages = itertools.count(1)

    def panne() -> None:
        if next(passages) == rang:
            marque.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    return panne


def attendre_au(rang: int, marque: Path) -> Callable[[], None]:
    """Return what makes this process wait the `rang`-th time, once it has left the mark that says so."""
    passages = itertools.count(1)

    def pause() -> None:
        if next(passages) == rang:
            marque.touch()
            time.sleep(PAUSE_S)

    return pause


def deregler(secondes: float) -> None:
    """Make every clock of this process wrong; the store's own clock on PostgreSQL is the server's, and stays right."""
    juste = HorlogeReelle.maintenant

    def fausse(horloge: HorlogeReelle) -> Instant:
        return juste(horloge) + timedelta(seconds=secondes)

    HorlogeReelle.maintenant = fausse  # type: ignore[method-assign, assignment]


def rendre_malade(nom: str) -> None:
    """Make an automatisme fail in this process, as a fault of ours would: it is no refusal, so it is tried for ever."""

    def echouer(*_: object) -> NoReturn:
        raise OSError("faute d’essai")

    AUTOMATISMES[nom] = replace(AUTOMATISMES[nom], handler=echouer)


async def tendre_le_filet(passes: int) -> None:
    """Do at once, without Temporal's help, what the safety net does after ten minutes."""
    reglages = Reglages()
    client = await connecter(str(reglages.temporal), reglages.temporal_namespace)
    with services(reglages) as ouverts:
        filet = Reconciliation(ouverts, SuivisTemporal(client))
        for _ in range(passes):
            await filet.passer(seuil_s=0, filet_s=0, reparer=True)


def lancer() -> None:
    """Read the options of the drill, then be the product."""
    options = argparse.ArgumentParser()
    options.add_argument("--panne")
    options.add_argument("--pause")
    options.add_argument("--horloge", type=float)
    options.add_argument("--faute")
    options.add_argument("commande", nargs=argparse.REMAINDER)
    lues = options.parse_args()
    for ordre, arreter in ((lues.panne, mourir_au), (lues.pause, attendre_au)):
        if ordre:
            point, rang, marque = ordre.split(":", 2)
            armer(point, arreter(int(rang), Path(marque)))
    if lues.horloge:
        deregler(lues.horloge)
    if lues.faute:
        rendre_malade(lues.faute)
    if lues.commande[0] == "filet":
        asyncio.run(tendre_le_filet(int(lues.commande[1])))
        return
    sys.argv = ["diligence", *lues.commande]
    main()


if __name__ == "__main__":
    lancer()
