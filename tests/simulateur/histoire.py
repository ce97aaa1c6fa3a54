"""One history, from its seed alone."""

import gc
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, Final, cast
from unittest.mock import patch

from eventsourcing.persistence import StoredEvent

from adapters.store.connexions import connecter
from adapters.store.schema import migrer
from application.store import Store
from tests.simulateur.ampleur import BREVE, DIXIEME, GRANDE, Ampleur, Bilan
from tests.simulateur.departs import Depart, departs, portes
from tests.simulateur.enregistreur import Horloge, application_en_memoire, application_sur_sqlite
from tests.simulateur.monde import Monde, Pose
from tests.simulateur.processus import Violation

FROID: Final = 0.1
"""How often Temporal is as new: the relay starts again from the first fact."""
ENTRE_DEUX_RAMASSAGES: Final = 20
"""Histories: some megabytes of cycles."""
_JOUEES: Final = count(1)
Trace = Callable[[str], None]
Regard = Callable[[Monde], None]


class HistoireFausse(AssertionError):
    """What a seed broke, and how to see it again."""


def _aucun_point(_: str) -> None:
    """Nothing happens before there is a world."""


class _Portes:
    """The clock of a store before its world exists, then that of the world; and what looks at each decision."""

    def __init__(self, depart: Depart) -> None:
        self.monde: Monde | None = None
        self.horloge = Horloge(lambda: depart.heure if self.monde is None else self.monde.heure_store())

    def apres(self, agregat: Any) -> None:
        if self.monde is not None:
            with self.monde.fragile(oui=False):
                self.monde.invariants.apres_decision(agregat)


def jouer(
    graine: int,
    *,
    ampleur: Ampleur = BREVE,
    trace: Trace | None = None,
    sqlite: bool = False,
    depart: int | None = None,
    lectures: bool | None = None,
    regard: Regard | None = None,
) -> Bilan:
    """Play one history.

    Args:
        graine: the seed; everything else follows.
        ampleur: how long it is.
        trace: told each step.
        sqlite: on the real SQLite recorder, instead of the one in memory.
        depart: from which store, instead of the one the seed draws.
        lectures: with the projector and its read models; by default in one history of forty.
        regard: shown the world now and then, and at each rest; it must not touch it.

    Raises:
        Violation: an invariant does not hold; the message names the seed.
    """
    tirage = Random(f"départ {graine}")
    rang = tirage.choices(range(len(departs())), ampleur.departs)[0] if depart is None else depart
    pas, froid = tirage.randint(*ampleur.pas), tirage.random() < FROID
    avec = graine % 40 == 0 if lectures is None else lectures
    with (
        _sans_ramasser(),
        _monde(graine, rang, ampleur, froid=froid, trace=trace, sqlite=sqlite, lectures=avec) as monde,
    ):
        monde.regard = regard
        return monde.jouer(pas)


def jouer_toutes(graines: Sequence[int], *, processus: int = 1, **options: Any) -> list[Bilan]:
    """Play one history per seed, on as many cores as there are processes.

    Raises:
        HistoireFausse: what a seed broke, and how to see it again.
    """
    vivre: Callable[[int], Bilan] = partial(_vivre, **options)
    if processus == 1:
        return [vivre(graine) for graine in graines]
    with ProcessPoolExecutor(processus, mp_context=get_context("spawn")) as reserve:
        return list(reserve.map(vivre, graines, chunksize=max(1, min(25, len(graines) // processus))))


def _vivre(graine: int, **options: Any) -> Bilan:
    try:
        return jouer(graine, **options)
    except (Exception, Violation) as erreur:
        ampleur = {GRANDE: " --grande", DIXIEME: " --dixieme"}.get(options.get("ampleur", BREVE), "")
        raise HistoireFausse(
            f"{erreur!r}\npour la rejouer : python -m tests.simulateur {graine}{ampleur} --trace"
        ) from erreur


@contextmanager
def _monde(
    graine: int, rang: int, ampleur: Ampleur, *, froid: bool, trace: Trace | None, sqlite: bool, lectures: bool
) -> Iterator[Monde]:
    """Give a world that starts from a copy of one of the stores; `froid`: no follow-up was ever started."""
    depart, pose = _depart(rang, froid=froid)
    with ExitStack() as pile:
        lien = _Portes(depart)
        if sqlite:
            chemin = pile.enter_context(_fichier(rang, froid=froid))
            application = application_sur_sqlite(chemin, lien.horloge, _aucun_point, lien.apres)
            pile.callback(application.close)
        else:
            application = application_en_memoire(depart.contenu.copier(), lien.horloge, _aucun_point, lien.apres)
        services = portes(Store(application), depart.coffre.copier())
        lien.monde = Monde(graine, services, ampleur, pose, trace=trace, lectures=lectures)
        services.store.enregistreur.fragiliser(lien.monde.point)  # type: ignore[attr-defined]
        if lien.monde.lectures is not None:
            pile.callback(lien.monde.lectures.fermer)
        yield lien.monde


@cache
def _depart(rang: int, *, froid: bool) -> tuple[Depart, Pose]:
    """Return one of the stores and what is known of it, checked once like all the rest."""
    depart = departs()[rang]
    lien = _Portes(depart)
    contenu, coffre = depart.contenu.copier(), depart.coffre.copier()
    application = application_en_memoire(contenu, lien.horloge, _aucun_point, lien.apres)
    lien.monde = monde = Monde(0, portes(Store(application), coffre), BREVE)
    pose = Pose(monde.invariants) if froid else monde.poser()
    _figer()
    return Depart(contenu, coffre, monde.temps), pose


def _figer() -> None:
    """Leave what every history shares (the program, the stores they start from) out of what is walked for cycles."""
    gc.collect()
    gc.freeze()


@contextmanager
def _sans_ramasser() -> Iterator[None]:
    """Collect cycles between histories, not at each allocation, and among their own objects only."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        if next(_JOUEES) % ENTRE_DEUX_RAMASSAGES == 0:
            gc.collect()


@contextmanager
def _fichier(rang: int, *, froid: bool) -> Iterator[Path]:
    """Give a copy of a store in a file; nothing waits for the disk, whose failures are simulated above it."""

    def sans_attendre(chemin: Path, *, durable: bool = True) -> sqlite3.Connection:
        connexion = connecter(chemin, durable=durable)
        connexion.execute("PRAGMA synchronous=OFF")
        return connexion

    with tempfile.TemporaryDirectory(prefix="diligence-simulateur-") as dossier:
        chemin = Path(dossier) / "simule.db"
        shutil.copy(_modele(rang, froid=froid), chemin)
        with patch("adapters.store.connexions.connecter", sans_attendre):
            yield chemin


@cache
def _modele(rang: int, *, froid: bool) -> Path:
    """Write one of the stores in an SQLite file, once."""
    depart, _ = _depart(rang, froid=froid)
    chemin = Path(_dossier().name) / f"{rang}-{froid}.db"
    migrer(f"sqlite:///{chemin}")
    contenu = depart.contenu
    heure = [depart.heure]
    application = application_sur_sqlite(chemin, Horloge(lambda: heure[0]), _aucun_point)
    for ligne in sorted(contenu.journal.values(), key=lambda ligne: ligne.position):
        assert ligne.enregistre_le is not None
        heure[0], fin = ligne.enregistre_le, ligne.position if ligne.topics else 0
        application.recorder.insert_events(
            cast(Sequence[StoredEvent], contenu.evenements[fin - len(ligne.topics) : fin]), journal=ligne
        )
    for curseur, position in contenu.curseurs.items():
        Store(application).enregistreur.avancer_curseur(curseur, position)
    application.close()
    with connecter(chemin) as connexion:
        connexion.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return chemin


@cache
def _dossier() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="diligence-simulateur-")
