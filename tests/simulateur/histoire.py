"""One history, from its seed alone."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from eventsourcing.application import Application

from adapters.store.connexions import connecter
from adapters.store.schema import migrer
from application.store import Store
from tests.simulateur.departs import Depart, departs, portes
from tests.simulateur.enregistreur import Horloge, MapperMemoire, application_en_memoire, application_sur_sqlite
from tests.simulateur.monde import Monde

PAS = (60, 260)
"""Least and most steps of rough weather in a history."""
POIDS = (2, 3, 2, 2, 3)
"""How often a history starts from each of the stores of `departs`."""
Trace = Callable[[str], None]


class _Portes:
    """What the recorder calls before the world exists, then the world."""

    def __init__(self, depart: Depart) -> None:
        self.monde: Monde | None = None
        self.horloge = Horloge(lambda: depart.heure if self.monde is None else self.monde.heure_store())

    def point(self, lieu: str) -> None:
        if self.monde is not None:
            self.monde.point(lieu)

    def apres(self, agregat: Any) -> None:
        if self.monde is not None:
            with self.monde.fragile(oui=False):
                self.monde.invariants.apres_decision(agregat)


def jouer(graine: int, *, trace: Trace | None = None, sqlite: bool = False, depart: int | None = None) -> str:
    """Play one history and return the digest of its trace.

    Args:
        graine: the seed; everything else follows.
        trace: told each step.
        sqlite: on the real SQLite recorder, instead of the one in memory.
        depart: from which store, instead of the one the seed draws.

    Raises:
        Violation: an invariant does not hold; the message names the seed.
    """
    tirage = Random(f"départ {graine}")
    tire = tirage.choices(range(len(POIDS)), POIDS)[0]
    choisi, pas = departs()[tire if depart is None else depart], tirage.randint(*PAS)
    lien = _Portes(choisi)
    if not sqlite:
        application = application_en_memoire(choisi.contenu.copier(), lien.horloge, lien.point, lien.apres)
        return _vivre(graine, application, choisi, lien, pas, trace)
    with _fichier(choisi) as chemin:
        application = application_sur_sqlite(chemin, lien.horloge, lien.point, lien.apres)
        try:
            return _vivre(graine, application, choisi, lien, pas, trace)
        finally:
            application.close()


def _vivre(
    graine: int, application: Application[Any], depart: Depart, lien: _Portes, pas: int, trace: Trace | None
) -> str:
    assert isinstance(application.mapper, MapperMemoire)
    application.mapper.reprendre(depart.mapper)
    lien.monde = Monde(graine, portes(Store(application), depart.coffre.copier()), trace=trace)
    return lien.monde.jouer(pas)


@contextmanager
def _fichier(depart: Depart) -> Iterator[Path]:
    """Give a copy of a store in a file; nothing waits for the disk, whose failures are simulated above it."""

    def sans_attendre(chemin: Path) -> sqlite3.Connection:
        connexion = connecter(chemin)
        connexion.execute("PRAGMA synchronous=OFF")
        return connexion

    with tempfile.TemporaryDirectory(prefix="diligence-simulateur-") as dossier:
        chemin = Path(dossier) / "simule.db"
        shutil.copy(_modele(departs().index(depart)), chemin)
        with patch("adapters.store.connexions.connecter", sans_attendre):
            yield chemin


@cache
def _modele(rang: int) -> Path:
    """Write one of the stores in an SQLite file, once."""
    depart = departs()[rang]
    chemin = Path(_dossier().name) / f"{rang}.db"
    migrer(f"sqlite:///{chemin}")
    contenu = depart.contenu
    heure = [depart.heure]
    application = application_sur_sqlite(chemin, Horloge(lambda: heure[0]), lambda _: None)
    for ligne in sorted(contenu.journal.values(), key=lambda ligne: ligne.position):
        assert ligne.enregistre_le is not None
        heure[0], fin = ligne.enregistre_le, ligne.position if ligne.topics else 0
        application.recorder.insert_events(contenu.evenements[fin - len(ligne.topics) : fin], journal=ligne)
    application.close()
    with connecter(chemin) as connexion:
        connexion.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return chemin


@cache
def _dossier() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="diligence-simulateur-")
