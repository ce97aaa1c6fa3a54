"""Bugs planted on purpose, each in one line of the engine: the simulator must find them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from unittest.mock import patch

from eventsourcing.persistence import StoredEvent

from adapters.store.sqlite import EnregistreurSqlite
from aggregates.dossier import Dossier
from aggregates.dossier.etat import EtatDossier
from application.automatisme import appliquer
from application.automatismes import AUTOMATISMES
from application.ports import LigneJournal
from kernel.faits import Inscription
from tests.simulateur.enregistreur import EnregistreurMemoire, MemoireFragile
from workers.relay import Relais, Voie
from workflows.suivi import Suiveur


def relais_range_avant_de_dire() -> AbstractContextManager[Any]:
    """The relay stores its position when it has read, before it tells anybody."""
    vrai = Relais._lire

    def lire(self: Relais, voie: Voie) -> int:
        lus = vrai(self, voie)
        self._store.enregistreur.avancer_curseur(voie.curseur, voie.lue)
        return lus

    return patch.object(Relais, "_lire", lire)


def relais_oublie_les_echecs() -> AbstractContextManager[Any]:
    """The relay stores how far it has read, though some were not told."""
    return patch.object(Voie, "livree", property(lambda voie: voie.lue))


def relais_fond_mal() -> AbstractContextManager[Any]:
    """The relay keeps the first version of an aggregate instead of the highest."""
    vrai = Voie.noter

    def noter(self: Voie, inscription: Inscription) -> None:
        connu = self.a_dire.get(inscription.entete.id)
        version = None if connu is None else connu.version
        vrai(self, inscription)
        if version is not None:
            self.a_dire[inscription.entete.id].version = version

    return patch.object(Voie, "noter", noter)


def journal_dans_une_autre_transaction() -> AbstractContextManager[Any]:
    """The facts are committed, then the journal row."""

    def insert_events(self: MemoireFragile, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        self.point("avant_ecriture")
        positions = EnregistreurMemoire.insert_events(self, stored_events)
        self.point("apres_ecriture")
        EnregistreurMemoire.insert_events(self, (), **kwargs)
        return positions

    return patch.object(MemoireFragile, "insert_events", insert_events)


def journal_oublie_les_repetitions() -> AbstractContextManager[Any]:
    """A command without any fact is not written in the journal."""
    vrai = EnregistreurMemoire.insert_events

    def insert_events(self: EnregistreurMemoire, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        return vrai(self, stored_events, **kwargs) if stored_events else []

    return patch.object(EnregistreurMemoire, "insert_events", insert_events)


def automatisme_sans_fin() -> AbstractContextManager[Any]:
    """An automatisme answers that it is done, and its attente stays."""
    vrai = AUTOMATISMES["constater_pieces_non_produites"]

    def handler(ordre: Any, services: Any) -> Any:
        return appliquer(vrai, Dossier, ordre, services, lambda _: None)

    return patch.dict(AUTOMATISMES, {vrai.nom: replace(vrai, handler=handler)})


def echeance_selon_l_ordre_d_enregistrement() -> AbstractContextManager[Any]:
    """The suspension ends with the pièce recorded first, not with the one received first."""

    def produites_le(dossier: EtatDossier, pieces: tuple[str, ...]) -> date | None:
        jours = [next((jour for jour, _ in dossier.pieces_recues.get(code, ())), None) for code in pieces]
        return None if None in jours else max((jour for jour in jours if jour is not None), default=None)

    return patch("aggregates.dossier.silence.calcul.produites_le", produites_le)


def minuterie_gardee() -> AbstractContextManager[Any]:
    """A timer once armed is kept, even when its date moves."""
    vrai = Suiveur._armer

    def armer(self: Suiveur, prochaine: datetime | None) -> None:
        if self._minuterie is None or self._sonne():
            vrai(self, prochaine)

    return patch.object(Suiveur, "_armer", armer)


@contextmanager
def journal_sqlite_muet() -> Iterator[None]:
    """The SQLite recorder forgets the journal row of what the engine does."""
    vrai = EnregistreurSqlite.insert_events

    def insert_events(self: EnregistreurSqlite, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        journal: LigneJournal | None = kwargs.get("journal")
        garde = None if journal is not None and journal.pilote else journal
        return vrai(self, stored_events, journal=garde)

    with patch.object(EnregistreurSqlite, "insert_events", insert_events):
        yield


class Bogue(NamedTuple):
    """A bug, and within how many histories it must be found (four times what it takes, about)."""

    planter: Callable[[], AbstractContextManager[Any]]
    au_plus: int
    depart: int | None = None
    sqlite: bool = False
    long: bool = False


BOGUES: Final = (
    Bogue(relais_range_avant_de_dire, 40),
    Bogue(relais_oublie_les_echecs, 500, long=True),
    Bogue(relais_fond_mal, 150),
    Bogue(journal_dans_une_autre_transaction, 20),
    Bogue(journal_oublie_les_repetitions, 20),
    Bogue(journal_sqlite_muet, 10, sqlite=True),
    Bogue(automatisme_sans_fin, 30),
    Bogue(echeance_selon_l_ordre_d_enregistrement, 60, depart=1),
    Bogue(minuterie_gardee, 30),
)
