"""The store in an SQLite file: facts, journal, positions and waiting, over the library's recorder."""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID
from weakref import WeakValueDictionary

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore, SQLiteFactory
from eventsourcing.utils import Environment, EnvType

from adapters.horloge import HorlogeReelle
from adapters.store.adresse import HorlogeEnArriere, StoreReel
from adapters.store.commun import Arrivees, LecturesCommunes, NotificationDatee
from adapters.store.connexions import ReserveSqlite
from adapters.store.verrous import VerrousSqlite
from application.ports import EvenementStocke, LigneJournal, TentativeRefusee
from kernel.instants import Instant, triable

_SONDE_S = 0.02
"""How often a process looks at what the other processes stored."""
_BAIL_AU_PLUS = timedelta(minutes=1)
"""A lease that ends later was taken while the clock of this machine was wrong: it must not hold anybody for hours."""
_FAIT = "originator_version, topic, state, position, enregistre_le"
_EVENEMENT = f"originator_id, {_FAIT}"
_FLUX = f"SELECT {_FAIT} FROM stored_events WHERE originator_id=?"  # noqa: S608 - constants only
_LOG = f"SELECT {_EVENEMENT} FROM stored_events WHERE position>?"  # noqa: S608
_TETE = (
    "SELECT coalesce((SELECT position FROM stored_events ORDER BY position DESC LIMIT 1), 0), max("
    " coalesce((SELECT enregistre_le FROM stored_events ORDER BY position DESC LIMIT 1), ''),"
    " coalesce((SELECT enregistre_le FROM journal ORDER BY rowid DESC LIMIT 1), ''))"
)
_JOURNAL = (
    "commande_id, empreinte, geste, acteur, agregat, agregat_id, ref, version, topics, position, pilote, enregistre_le"
)

_arrivees: WeakValueDictionary[tuple[int, int], Arrivees] = WeakValueDictionary()
"""By file (device and inode), so that two applications of one process see each other's facts at once."""


def _evenement(ligne: tuple[Any, ...]) -> EvenementStocke:
    identifiant, version, topic, etat, position, enregistre_le = ligne
    return EvenementStocke(UUID(identifiant), version, topic, etat, position, datetime.fromisoformat(enregistre_le))


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


class EnregistreurSqlite(LecturesCommunes, SQLiteApplicationRecorder):
    """Implements `application.ports.Enregistreur` on SQLite."""

    def __init__(self, datastore: DatastoreSqlite) -> None:
        super().__init__(datastore)
        self.reserve = datastore.reserve
        self._reserve_legere = datastore.reserve_legere
        self.horloge = HorlogeReelle()
        fichier = datastore.chemin.stat()
        self._arrivees = _arrivees.setdefault((fichier.st_dev, fichier.st_ino), Arrivees())
        self._verrous = VerrousSqlite(datastore.chemin)
        self._repetition: bool | None = None

    # facts

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Write facts and journal row in one durable transaction; return the positions.

        Raises:
            IntegrityError: the version or the command exists already; nothing was written.
        """
        journal: LigneJournal | None = kwargs.get("journal")
        if not stored_events and journal is None:
            return []
        positions: list[int] = []
        with self.reserve.ecrire() as c:
            derniere, estampille = c.execute(_TETE).fetchone()
            estampille = max(estampille, triable(self._heure(c)))
            for e in stored_events:
                curseur = c.execute(
                    "INSERT INTO stored_events (originator_id, originator_version, topic, state, enregistre_le)"
                    " VALUES (?,?,?,?,?)",
                    (str(e.originator_id), e.originator_version, e.topic, e.state, estampille),
                )
                positions.append(cast(int, curseur.lastrowid))
            if journal is not None:
                _journaliser(c, journal, positions[-1] if positions else derniere, estampille)
        if positions:
            self._arrivees.annoncer(positions[-1])
        return positions

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return the facts of one stream."""
        requete, params = _FLUX, [str(originator_id)]  # type: tuple[str, list[Any]]
        if gt is not None:
            requete += " AND originator_version>?"
            params.append(gt)
        if lte is not None:
            requete += " AND originator_version<=?"
            params.append(lte)
        requete += " ORDER BY originator_version DESC" if desc else " ORDER BY originator_version"
        if limit is not None:
            requete += " LIMIT ?"
            params.append(limit)
        with self.reserve.lire() as c:
            lignes = c.execute(requete, params).fetchall()
        lire = datetime.fromisoformat
        return [EvenementStocke(originator_id, v, topic, etat, p, lire(le)) for v, topic, etat, p, le in lignes]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return the facts of the store between two positions, as the library's notifications."""
        depuis = (start or 0) - 1 if inclusive_of_start else (start or 0)
        requete, params = _LOG, [depuis]  # type: tuple[str, list[Any]]
        if stop is not None:
            requete += " AND position<=?"
            params.append(stop)
        if topics:
            requete += f" AND topic IN ({','.join('?' * len(topics))})"
            params.extend(topics)
        with self.reserve.lire() as c:
            lignes = c.execute(f"{requete} ORDER BY position LIMIT ?", [*params, limit]).fetchall()
        return [
            NotificationDatee(UUID(i), version, topic, etat, position, datetime.fromisoformat(le))
            for i, version, topic, etat, position, le in lignes
        ]

    def lire_depuis(self, position: int, limite: int) -> Sequence[EvenementStocke]:
        """Return the facts of the whole store after a position, in recording order."""
        with self.reserve.lire() as c:
            lignes = c.execute(f"{_LOG} ORDER BY position LIMIT ?", (position, limite)).fetchall()
        return [_evenement(ligne) for ligne in lignes]

    def page_de_flux(self, apres: tuple[UUID, int] | None, jusqu_a: int, limite: int) -> Sequence[EvenementStocke]:
        """Return the next facts in the order (stream, version)."""
        identifiant, version = ("", 0) if apres is None else (str(apres[0]), apres[1])
        with self.reserve.lire() as c:
            lignes = c.execute(
                f"SELECT {_EVENEMENT} FROM stored_events"  # noqa: S608
                " WHERE (originator_id, originator_version) > (?,?) AND position<=?"
                " ORDER BY originator_id, originator_version LIMIT ?",
                (identifiant, version, jusqu_a, limite),
            ).fetchall()
        return [_evenement(ligne) for ligne in lignes]

    def ids_par_topic(self, topic: str) -> Sequence[UUID]:
        """Return the aggregates that have a fact of that topic, in recording order."""
        with self.reserve.lire() as c:
            lignes = c.execute("SELECT originator_id FROM stored_events WHERE topic=? ORDER BY position", (topic,))
            return [UUID(identifiant) for identifiant in dict.fromkeys(ligne[0] for ligne in lignes)]

    def derniere_position(self) -> int:
        """Return the last position, 0 when the store is empty."""
        with self.reserve.lire() as c:
            return cast(int, c.execute("SELECT coalesce(max(position), 0) FROM stored_events").fetchone()[0])

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
                    self._arrivees.annoncer(
                        c.execute("SELECT coalesce(max(position), 0) FROM stored_events").fetchone()[0]
                    )
                reste = fin - time.monotonic()
                if self._arrivees.attendre(position, min(reste, _SONDE_S)):
                    return True
                if reste <= 0:
                    return False

    # journal

    def lire_journal(self, commande_id: UUID) -> LigneJournal | None:
        """Return the journal row of a command, None when it was never done."""
        with self.reserve.lire() as c:
            ligne = c.execute(f"SELECT {_JOURNAL} FROM journal WHERE commande_id=?", (str(commande_id),)).fetchone()  # noqa: S608
        return None if ligne is None else _ligne_journal(ligne)

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

    def compter_par_pilote(self) -> Mapping[str, int]:
        """Return how many commands each driver of automatismes did."""
        with self.reserve.lire() as c:
            lignes = c.execute(
                "SELECT pilote, count(*) FROM journal WHERE pilote IS NOT NULL GROUP BY pilote"
            ).fetchall()
        return dict(lignes)

    def compter_refus(self) -> Mapping[str, int]:
        """Return how many attempts were refused, by code."""
        with self.reserve.lire() as c:
            return dict(c.execute("SELECT code, count(*) FROM refus GROUP BY code").fetchall())

    # clock

    def est_repetition(self) -> bool:
        """Tell whether the store was made a rehearsal; it never changes, so it is read once."""
        if self._repetition is None:
            with self.reserve.lire() as c:
                self._repetition = _parametre(c, "nature") == "repetition"
        return self._repetition

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
        if not self.est_repetition():
            raise StoreReel("Cette base est réelle : son horloge ne se règle pas.")
        with self.reserve.ecrire() as c:
            actuelle = self._heure(c)
            if instant < actuelle:
                raise HorlogeEnArriere.depuis(actuelle, instant)
            c.execute("UPDATE parametres SET valeur=? WHERE cle='horloge'", (triable(instant),))

    def _heure(self, c: sqlite3.Connection) -> Instant:
        if self._repetition is None:
            self._repetition = _parametre(c, "nature") == "repetition"
        return datetime.fromisoformat(_parametre(c, "horloge")) if self._repetition else self.horloge.maintenant()

    # who does what

    @contextmanager
    def verrou(self, agregat_id: UUID) -> Iterator[None]:
        """Hold one hot stream among the threads of this process and the other processes of this machine."""
        with self._verrous.tenir(agregat_id):
            yield

    def curseur(self, nom: str) -> int:
        """Return a named position, 0 when it was never set."""
        with self.reserve.lire() as c:
            ligne = c.execute("SELECT position FROM curseurs WHERE nom=?", (nom,)).fetchone()
        return ligne[0] if ligne else 0

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


def _parametre(c: sqlite3.Connection, cle: str) -> str:
    return cast(str, c.execute("SELECT valeur FROM parametres WHERE cle=?", (cle,)).fetchone()[0])


def _journaliser(c: sqlite3.Connection, j: LigneJournal, position: int, estampille: str) -> None:
    c.execute(
        f"INSERT INTO journal ({_JOURNAL}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
        (
            *(str(j.commande_id), j.empreinte, j.geste, j.acteur, j.agregat, str(j.id), j.ref, j.version),
            *(json.dumps(j.topics), position, j.pilote, estampille),
        ),
    )


def _ligne_journal(ligne: tuple[Any, ...]) -> LigneJournal:
    (
        commande_id,
        empreinte,
        geste,
        acteur,
        agregat,
        agregat_id,
        ref,
        version,
        topics,
        position,
        pilote,
        enregistre_le,
    ) = ligne
    return LigneJournal(
        commande_id=UUID(commande_id),
        empreinte=empreinte,
        geste=geste,
        acteur=acteur,
        agregat=agregat,
        id=UUID(agregat_id),
        ref=ref,
        version=version,
        topics=tuple(json.loads(topics)),
        position=position,
        pilote=pilote,
        enregistre_le=datetime.fromisoformat(enregistre_le),
    )


class FabriqueSqlite(SQLiteFactory):
    """The library's factory, with our datastore and our recorder; it never creates a table."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self.datastore: DatastoreSqlite = DatastoreSqlite(Path(self.env.get(self.SQLITE_DBNAME) or ""))

    def application_recorder(self) -> EnregistreurSqlite:
        return EnregistreurSqlite(self.datastore)
