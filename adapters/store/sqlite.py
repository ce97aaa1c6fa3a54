"""The store in an SQLite file: facts, journal, positions and waiting, over the library's recorder."""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID
from weakref import WeakValueDictionary

from eventsourcing.persistence import DatabaseError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore, SQLiteFactory
from eventsourcing.utils import Environment, EnvType

from adapters.horloge import HorlogeReelle
from adapters.store.adresse import HorlogeEnArriere
from adapters.store.chaine import ORIGINE, empreinte
from adapters.store.commun import Arrivees
from adapters.store.connexions import ReserveSqlite
from adapters.store.lectures_sql import COLONNES_DU_JOURNAL, LecturesSql, Ordres
from adapters.store.pages import est_abime, malgre_la_page
from adapters.store.relecture import SQLITE, Relecture
from adapters.store.verrous import VerrousSqlite
from application.ports import EvenementStocke, LigneJournal, TentativeRefusee
from kernel.horloges import exiger_concordance
from kernel.instants import Instant, triable
from kernel.pannes import passer

_SONDE_S = 0.02
"""How often a process looks at what the other processes stored."""
_BAIL_AU_PLUS = timedelta(minutes=1)
"""A lease that ends later was taken while the clock of this machine was wrong: it must not hold anybody for hours."""
_TETE = (
    "SELECT coalesce((SELECT position FROM stored_events ORDER BY position DESC LIMIT 1), 0),"
    " coalesce((SELECT seq FROM sqlite_sequence WHERE name='stored_events'), 0), max("
    " coalesce((SELECT enregistre_le FROM stored_events ORDER BY position DESC LIMIT 1), ''),"
    " coalesce((SELECT enregistre_le FROM journal ORDER BY rowid DESC LIMIT 1), '')),"
    " (SELECT empreinte FROM stored_events ORDER BY position DESC LIMIT 1)"
)
"""Last position, last one ever given (a position is never given again), last instant, last digest."""
_AJOUTER = (
    "INSERT INTO stored_events"
    " (originator_id, originator_version, topic, state, position, enregistre_le, empreinte) VALUES (?,?,?,?,?,?,?)"
)
_arrivees: WeakValueDictionary[tuple[int, int], Arrivees] = WeakValueDictionary()
"""By file (device and inode), so that two applications of one process see each other's facts at once."""


class DatastoreSqlite(SQLiteDatastore):
    """The library's datastore with our connections; its own pool stays empty."""

    def __init__(self, chemin: Path) -> None:
        super().__init__(str(chemin))
        self.chemin = chemin
        self.reserve = ReserveSqlite(chemin)
        self.reserve_legere = self.reserve.sans_attendre_le_disque()

    def close(self) -> None:
        super().close()
        if hasattr(self, "reserve_legere"):
            self.reserve.fermer()
            self.reserve_legere.fermer()


class EnregistreurSqlite(LecturesSql, SQLiteApplicationRecorder):
    """Implements `application.ports.Enregistreur` on SQLite."""

    ordres = Ordres("?", "instr(state, ?)")

    def __init__(self, datastore: DatastoreSqlite) -> None:
        super().__init__(datastore)
        self.reserve = datastore.reserve
        self._reserve_legere = datastore.reserve_legere
        self.horloge = HorlogeReelle()
        fichier = datastore.chemin.stat()
        self._arrivees = _arrivees.setdefault((fichier.st_dev, fichier.st_ino), Arrivees())
        self._verrous = VerrousSqlite(datastore.chemin)

    def _lignes(self, requete: str, *params: Any) -> list[tuple[Any, ...]]:
        try:
            with self.reserve.lire() as c:
                return c.execute(requete, params).fetchall()
        except DatabaseError as erreur:
            if not est_abime(erreur):
                raise
            with self.reserve.lire() as c:
                lues = malgre_la_page(c, requete, params)
            if lues is None:
                raise
            return lues

    def _cle(self, identifiant: UUID | str) -> str:
        return str(identifiant)

    def _flux(self, identifiant: UUID | str, lignes: Sequence[tuple[Any, ...]]) -> list[EvenementStocke]:
        lire = datetime.fromisoformat
        neuf = tuple.__new__  # a named tuple's own is a function of Python: a stream has hundreds
        return [neuf(EvenementStocke, (identifiant, v, topic, etat, p, lire(le))) for v, topic, etat, p, le in lignes]

    def _evenements(self, lignes: Sequence[tuple[Any, ...]]) -> list[EvenementStocke]:
        lire = datetime.fromisoformat
        return [EvenementStocke(UUID(i), v, topic, etat, p, lire(le)) for i, v, topic, etat, p, le in lignes]

    def _recu(self, ligne: tuple[Any, ...]) -> LigneJournal:
        origine, commande_id, *debut, agregat_id, ref, version, topics, position, pilote, le = ligne
        fin = (json.loads(topics), position, pilote, datetime.fromisoformat(le))
        return super()._recu((origine, UUID(commande_id), *debut, UUID(agregat_id), ref, version, *fin))

    # facts

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Write facts and journal row in one durable transaction; return the positions.

        Raises:
            IntegrityError: the version or the command exists already; nothing was written.
            HorlogeSuspecte: the host's clock is too far from the last recording; nothing was written.
        """
        journal: LigneJournal | None = kwargs.get("journal")
        if not stored_events and journal is None:
            return []
        positions: list[int] = []
        with self.reserve.ecrire() as c:
            derniere, donnee, tete, chaine = c.execute(_TETE).fetchone()
            heure = self._heure(c)
            self._exiger_que_l_heure_concorde(heure, tete, journal, stored_events)
            estampille, chaine = max(tete, triable(heure)), chaine or ORIGINE
            for position, e in enumerate(stored_events, max(derniere, donnee) + 1):
                fait = (str(e.originator_id), e.originator_version, e.topic, e.state)
                chaine = empreinte(chaine, position, *fait, estampille)
                c.execute(_AJOUTER, (*fait, position, estampille, chaine))
                positions.append(position)
            if journal is not None:
                _journaliser(c, journal, positions[-1] if positions else derniere, estampille)
            passer("store.avant_validation")
        if positions:
            self._arrivees.annoncer(positions[-1])
        return positions

    def _exiger_que_l_heure_concorde(
        self, heure: Instant, tete: str, journal: LigneJournal | None, faits: Sequence[StoredEvent]
    ) -> None:
        if not tete or self.est_repetition():
            return
        acteur, topics = "" if journal is None else journal.acteur, [fait.topic for fait in faits]
        exiger_concordance(heure, datetime.fromisoformat(tete), self.saut_maximal, acteur, topics)

    def tete_le(self) -> Instant | None:
        """Return when something was last recorded, None when nothing was."""
        tete = self._lignes(_TETE)[0][2]
        return datetime.fromisoformat(tete) if tete else None

    def attendre(self, position: int, delai_s: float) -> bool:
        """Wait for a fact after `position`: at once when this process stores it, within 20 ms when another does."""
        fin = time.monotonic() + delai_s
        with self.reserve.lire() as c:
            version: int | None = None
            while True:
                # data_version changes when another connection commits; it costs half of reading the last position
                actuelle = c.execute("PRAGMA data_version").fetchone()[0]
                if actuelle != version:
                    version = actuelle
                    self._arrivees.annoncer(c.execute(self.ordres.tete).fetchone()[0])
                reste = fin - time.monotonic()
                if self._arrivees.attendre(position, min(reste, _SONDE_S)):
                    return True
                if reste <= 0:
                    return False

    def relire(self) -> Relecture:
        """Return what reads the store as it is stored."""
        return Relecture(self._lignes, SQLITE)

    # journal

    def noter_refus(self, tentative: TentativeRefusee) -> None:
        """Keep a refused attempt, apart from the facts."""
        t = tentative
        with self.reserve.ecrire() as c:
            c.execute(
                "INSERT INTO refus (commande_id, geste, acteur, agregat, agregat_id, code, enregistre_le)"
                " VALUES (?,?,?,?,?,?,?)",
                (
                    str(t.commande_id),
                    t.geste,
                    t.acteur,
                    t.agregat,
                    t.id and str(t.id),
                    t.code,
                    triable(self._heure(c)),
                ),
            )

    # clock

    def maintenant(self) -> Instant:
        """Return the host's clock, or the rehearsal's own."""
        with self.reserve.lire() as c:
            return self._heure(c)

    def regler_horloge(self, instant: Instant) -> None:
        """Move the clock of a rehearsal forward.

        Raises:
            StoreReel: the store lives on the host's clock.
            HorlogeEnArriere: the clock is later already.
        """
        self.exiger_repetition()
        with self.reserve.ecrire() as c:
            actuelle = self._heure(c)
            if instant < actuelle:
                raise HorlogeEnArriere.depuis(actuelle, instant)
            c.execute("UPDATE parametres SET valeur=? WHERE cle='horloge'", (triable(instant),))

    def _heure(self, c: sqlite3.Connection) -> Instant:
        return datetime.fromisoformat(_parametre(c, "horloge")) if self.est_repetition() else self.horloge.maintenant()

    # who does what

    @contextmanager
    def verrou(self, agregat_id: UUID) -> Iterator[None]:
        """Hold one hot stream among the threads of this process and the other processes of this machine."""
        with self._verrous.tenir(agregat_id):
            yield

    def avancer_curseur(self, nom: str, position: int) -> None:
        """Move a named position forward; never back, whoever comes late. After a power cut some is told again."""
        with self._reserve_legere.ecrire() as c:
            c.execute(
                "INSERT INTO curseurs (nom, position) VALUES (?,?)"
                " ON CONFLICT (nom) DO UPDATE SET position=max(position, excluded.position)",
                (nom, position),
            )

    def prendre_bail(self, nom: str, porteur: str, secondes: float) -> bool:
        """Take or renew a named lease, on the host's clock (a rehearsal's stands still); 0 second gives it back."""
        maintenant = self.horloge.maintenant()
        with self.reserve.ecrire() as c:
            ligne = c.execute(
                "INSERT INTO baux (nom, porteur, expire_le) VALUES (?,?,?) ON CONFLICT (nom) DO UPDATE"
                " SET porteur=excluded.porteur, expire_le=excluded.expire_le"
                " WHERE baux.porteur=excluded.porteur OR NOT baux.expire_le BETWEEN ? AND ? RETURNING nom",
                (
                    *(nom, porteur, triable(maintenant + timedelta(seconds=secondes))),
                    *(triable(maintenant), triable(maintenant + _BAIL_AU_PLUS)),
                ),
            ).fetchone()
        return ligne is not None

    def bail_vivant(self, nom: str) -> bool:
        """Tell whether someone holds a named lease."""
        with self.reserve.lire() as c:
            ligne = c.execute("SELECT expire_le FROM baux WHERE nom=?", (nom,)).fetchone()
        maintenant = self.horloge.maintenant()
        return ligne is not None and triable(maintenant) < ligne[0] <= triable(maintenant + _BAIL_AU_PLUS)


@lru_cache
def _topics_en_json(topics: tuple[str, ...]) -> str:
    return json.dumps(topics)


def _parametre(c: sqlite3.Connection, cle: str) -> str:
    return cast(str, c.execute("SELECT valeur FROM parametres WHERE cle=?", (cle,)).fetchone()[0])


def valeurs_du_journal(j: LigneJournal, position: int, estampille: str) -> tuple[object, ...]:
    """Return a receipt in the order of `COLONNES_DU_JOURNAL`."""
    qui = (j.origine.value, str(j.commande_id), j.empreinte, j.geste, j.acteur)
    quoi = (j.agregat, str(j.id), j.ref, j.version, _topics_en_json(j.topics))
    return (*qui, *quoi, position, j.pilote, estampille)


def _journaliser(c: sqlite3.Connection, j: LigneJournal, position: int, estampille: str) -> None:
    c.execute(
        f"INSERT INTO journal ({COLONNES_DU_JOURNAL}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
        valeurs_du_journal(j, position, estampille),
    )


class FabriqueSqlite(SQLiteFactory):
    """The library's factory, with our datastore and our recorder; it never creates a table."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self.datastore: DatastoreSqlite = DatastoreSqlite(Path(self.env.get(self.SQLITE_DBNAME) or ""))

    def application_recorder(self) -> EnregistreurSqlite:
        return EnregistreurSqlite(self.datastore)
