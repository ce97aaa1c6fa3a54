"""Bugs planted on purpose in what outlives an unreadable fact, a full pool, an exception out of nowhere."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any
from unittest.mock import patch
from uuid import UUID

from eventsourcing.persistence import OperationalError
from temporalio.exceptions import ApplicationError

from adapters.store.connexions import ConnexionSqlite, ReserveSqlite, traduire
from application.consultations.attendu import situation
from kernel.faits import Inscription
from kernel.illisible import FaitIllisible, Illisible
from tests.simulateur.enregistreur import Fragile
from workers.relais import Relais, Voie
from workers.reveil import Reveilleur
from workflows.contrats import Suivi


def fait_illisible_saute() -> AbstractContextManager[Any]:
    """A fact that cannot be read is passed over: its aggregate goes on without it."""
    return patch.object(Illisible, "appliquer", lambda *_: None)


def fait_illisible_arrete_le_relais() -> AbstractContextManager[Any]:
    """What cannot be read stops who meets it."""
    return patch("workers.reveil.sauf_illisible", lambda lire: lire())


def fait_illisible_n_est_pas_suivi() -> AbstractContextManager[Any]:
    """What cannot be read is told to nobody, and nobody tells of it once it can."""
    vrai = Reveilleur._a_suivre

    def a_suivre(self: Reveilleur, suivi: Suivi) -> bool:
        with suppress(FaitIllisible):
            situation(self._services.store, suivi.agregat, suivi.id)
            return vrai(self, suivi)
        return False

    return patch.object(Reveilleur, "_a_suivre", a_suivre)


def etape_illisible_refusee() -> AbstractContextManager[Any]:
    """A step that meets an unreadable fact is refused for good."""

    @contextmanager
    def pour_de_bon() -> Iterator[None]:
        try:
            yield
        except FaitIllisible as refus:
            raise ApplicationError(refus.code, type=refus.code, non_retryable=True) from None

    return patch("activities.lire_attentes.relue_plus_tard", pour_de_bon)


def reserve_pleine_prise_pour_la_fin() -> AbstractContextManager[Any]:
    """A relay that is refused a connection believes that it has read everything."""
    vrai = Relais._lire

    def lire(self: Relais, voie: Voie, attente_s: float) -> list[Inscription]:
        try:
            return vrai(self, voie, attente_s)
        except OperationalError:
            voie.lue = self._tete()
            return []

    return patch.object(Relais, "_lire", lire)


def verrou_garde() -> AbstractContextManager[Any]:
    """What is raised while a hot stream is locked leaves it locked."""

    @contextmanager
    def verrou(self: Fragile, agregat_id: UUID) -> Iterator[None]:
        if agregat_id in self.tenus:
            raise OperationalError("stream locked")
        self.tenus.add(agregat_id)
        yield
        self.tenus.discard(agregat_id)

    return patch.object(Fragile, "verrou", verrou)


def transaction_rendue() -> AbstractContextManager[Any]:
    """A connection goes back to the pool inside its transaction, when something is raised there."""

    @contextmanager
    def ecrire(self: ReserveSqlite) -> Iterator[ConnexionSqlite]:
        connexion = self.prendre()
        try:
            connexion.execute("BEGIN IMMEDIATE")
            yield connexion
            connexion.execute("COMMIT")
        except sqlite3.Error as erreur:
            raise traduire(erreur) from erreur
        finally:
            self._libres.append(connexion)

    return patch.multiple(ReserveSqlite, ecrire=ecrire, rendre=lambda self, connexion: self._libres.append(connexion))
