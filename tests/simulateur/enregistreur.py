"""A recorder in memory, and the points where both recorders (this one, SQLite's) may be made to fail."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    Notification,
    OperationalError,
    StoredEvent,
)
from eventsourcing.popo import POPOFactory
from eventsourcing.utils import Environment

from adapters.store import ApplicationStore
from adapters.store.commun import LecturesCommunes, NotificationDatee
from adapters.store.mapper import Lecteur, Lecteurs, MapperFaits, SujetInconnu
from adapters.store.sqlite import DatastoreSqlite, EnregistreurSqlite
from application.ports import EvenementStocke, LigneJournal, TentativeRefusee
from kernel.faits import Inscription
from kernel.horloges import HorlogeSuspecte, concorde
from kernel.identifiants import CleDeCommande
from kernel.instants import Instant
from kernel.pannes import passer

SAUT_MAXIMAL: Final = timedelta(days=200)
"""Longer than the months that pass at the end of a history, without anybody."""
Point = Callable[[str], None]
"""Called at each named place where a machine may stop or a disk say no."""


class Horloge:
    """The clock of the machine that stores, as the scheduler sets it."""

    def __init__(self, lire: Callable[[], Instant]) -> None:
        self.maintenant = lire


class EvenementLu(EvenementStocke):
    """A stored event, and what was read of it: the same fact is read by every process of a history."""

    lu: Inscription | None = None


@dataclass
class Contenu:
    """What a store in memory holds; copied, it is where another history starts."""

    evenements: list["EvenementLu"] = field(default_factory=list)
    flux: dict[UUID, list["EvenementLu"]] = field(default_factory=dict)
    journal: dict[CleDeCommande, LigneJournal] = field(default_factory=dict)
    refus: list[TentativeRefusee] = field(default_factory=list)
    curseurs: dict[str, int] = field(default_factory=dict)
    estampille: Instant | None = None

    def copier(self) -> "Contenu":
        """Return an independent copy."""
        return Contenu(
            list(self.evenements),
            {identifiant: list(flux) for identifiant, flux in self.flux.items()},
            dict(self.journal),
            list(self.refus),
            dict(self.curseurs),
            self.estampille,
        )


class EnregistreurMemoire(LecturesCommunes, ApplicationRecorder):
    """Implements `application.ports.Enregistreur` in memory: one transaction is one call."""

    saut_maximal = SAUT_MAXIMAL

    def __init__(self, contenu: Contenu, horloge: Horloge) -> None:
        super().__init__()
        self.contenu, self.horloge = contenu, horloge

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Write facts and journal row, all or nothing."""
        journal: LigneJournal | None = kwargs.get("journal")
        c = self.contenu
        heure, acteur = self.horloge.maintenant(), "" if journal is None else journal.acteur
        if not concorde(heure, c.estampille, self.saut_maximal, acteur, [e.topic for e in stored_events]):
            raise HorlogeSuspecte(heure, cast(Instant, c.estampille))
        for e in stored_events:
            if e.originator_version <= len(c.flux.get(cast(UUID, e.originator_id), ())):
                raise IntegrityError("version exists")
        if journal is not None and journal.cle in c.journal:
            raise IntegrityError("command exists")
        if not stored_events and journal is None:
            return []
        passer("store.avant_validation")
        c.estampille = max(heure, c.estampille or heure)
        positions = [self._ajouter(e, c.estampille) for e in stored_events]
        if journal is not None:
            position = len(c.evenements)
            c.journal[journal.cle] = journal._replace(position=position, enregistre_le=c.estampille)
        return positions

    def _ajouter(self, e: StoredEvent, estampille: Instant) -> int:
        identifiant, position = cast(UUID, e.originator_id), len(self.contenu.evenements) + 1
        stocke = EvenementLu(identifiant, e.originator_version, e.topic, e.state, position, estampille)
        self.contenu.evenements.append(stocke)
        self.contenu.flux.setdefault(identifiant, []).append(stocke)
        return position

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
        flux = self.contenu.flux.get(cast(UUID, originator_id), [])
        lus = flux[gt or 0 : lte]
        return cast(Sequence[StoredEvent], (lus[::-1] if desc else lus)[:limit])

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
        lus = [e for e in self.contenu.evenements[max(depuis, 0) : stop] if not topics or e.topic in topics][:limit]
        return [
            NotificationDatee(e.originator_id, e.originator_version, e.topic, e.state, e.position, e.enregistre_le)
            for e in lus
        ]

    def lire_depuis(self, position: int, limite: int) -> Sequence[EvenementStocke]:
        """Return the facts of the whole store after a position, in recording order."""
        return self.contenu.evenements[position : position + limite]

    def page_de_flux(self, apres: tuple[UUID, int] | None, jusqu_a: int, limite: int) -> Sequence[EvenementStocke]:
        """Return the next facts in the order (stream, version); whole streams at a time, a little beyond the limit."""
        page: list[EvenementLu] = []
        for identifiant in sorted(i for i in self.contenu.flux if apres is None or i > apres[0]):
            page.extend(e for e in self.contenu.flux[identifiant] if e.position <= jusqu_a)
            if len(page) >= limite:
                break
        return page

    def ids_par_topic(self, topic: str, citant: str = "") -> Sequence[UUID]:
        """Return the aggregates that have a fact of that topic, where that text is written, in recording order."""
        trouves = (e for e in self.contenu.evenements if e.topic == topic and citant.encode() in e.state)
        return list(dict.fromkeys(e.originator_id for e in trouves))

    def derniere_position(self) -> int:
        return len(self.contenu.evenements)

    def attendre(self, position: int, delai_s: float) -> bool:
        return self.derniere_position() > position

    def lire_journal(self, cle: CleDeCommande) -> LigneJournal | None:
        return self.contenu.journal.get(cle)

    def noter_refus(self, tentative: TentativeRefusee) -> None:
        self.contenu.refus.append(tentative)

    def compter_par_pilote(self) -> Mapping[str, int]:
        pilotes = [ligne.pilote for ligne in self.contenu.journal.values() if ligne.pilote is not None]
        return {pilote: pilotes.count(pilote) for pilote in dict.fromkeys(pilotes)}

    def compter_refus(self) -> Mapping[str, int]:
        codes = [refus.code for refus in self.contenu.refus]
        return {code: codes.count(code) for code in dict.fromkeys(codes)}

    def tete_le(self) -> Instant | None:
        return self.contenu.estampille

    def est_repetition(self) -> bool:
        return False

    def maintenant(self) -> Instant:
        return self.horloge.maintenant()

    def regler_horloge(self, instant: Instant) -> None:
        raise NotImplementedError

    def verrou(self, agregat_id: UUID) -> AbstractContextManager[None]:
        raise NotImplementedError  # `Fragile` holds it

    def curseur(self, nom: str) -> int:
        return self.contenu.curseurs.get(nom, 0)

    def avancer_curseur(self, nom: str, position: int) -> None:
        self.contenu.curseurs[nom] = max(self.contenu.curseurs.get(nom, 0), position)

    def prendre_bail(self, nom: str, porteur: str, secondes: float) -> bool:
        return True

    def bail_vivant(self, nom: str) -> bool:
        return True


class Fragile(ApplicationRecorder):
    """Before the real methods of a recorder: a name for each place where it may stop, or say no."""

    point: Point
    tenus: set[UUID]
    cible: UUID | None = None
    """The stream about to be written: who goes first goes there."""
    commande: CleDeCommande | None = None
    """The command about to be written: who takes its id first takes that one."""

    def fragiliser(self, point: Point) -> None:
        """Let the scheduler hear of each place."""
        self.point, self.tenus = point, set()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        self.cible = cast(UUID, stored_events[0].originator_id) if stored_events else None
        journal: LigneJournal | None = kwargs.get("journal")
        self.commande = None if journal is None else journal.cle
        self.point("connexion")
        self.point("avant_ecriture")
        positions = super().insert_events(stored_events, **kwargs)  # type: ignore[safe-super]
        self.point("apres_ecriture")
        return positions

    def select_events(self, originator_id: UUID | str, **options: Any) -> Sequence[StoredEvent]:
        self.point("connexion")
        self.point("lecture")
        return super().select_events(originator_id, **options)  # type: ignore[safe-super]

    def lire_depuis(self, position: int, limite: int) -> Sequence[EvenementStocke]:
        self.point("connexion_du_relais")
        return cast(Sequence[EvenementStocke], super().lire_depuis(position, limite))  # type: ignore[misc]

    def lire_journal(self, cle: CleDeCommande) -> LigneJournal | None:
        self.point("connexion")
        return cast("LigneJournal | None", super().lire_journal(cle))  # type: ignore[misc]

    def noter_refus(self, tentative: TentativeRefusee) -> None:
        self.point("connexion")
        super().noter_refus(tentative)  # type: ignore[misc]

    def curseur(self, nom: str) -> int:
        self.point("connexion")
        return cast(int, super().curseur(nom))  # type: ignore[misc]

    def avancer_curseur(self, nom: str, position: int) -> None:
        self.point("connexion")
        self.point("avant_curseur")
        super().avancer_curseur(nom, position)  # type: ignore[misc]
        self.point("apres_curseur")

    @contextmanager
    def verrou(self, agregat_id: UUID) -> Iterator[None]:
        """Hold a stream; who comes meanwhile is told at once what he would be told after fifteen seconds."""
        if agregat_id in self.tenus:
            raise OperationalError("stream locked")
        self.tenus.add(agregat_id)
        try:
            yield
        finally:
            self.tenus.discard(agregat_id)


class MemoireFragile(Fragile, EnregistreurMemoire):
    """The recorder in memory, with its places."""


class SqliteFragile(Fragile, EnregistreurSqlite):
    """The real SQLite recorder, with its places."""


class _AucunLecteur(Lecteurs):
    """What a program has that is older than every fact."""

    def __missing__(self, topic: str) -> Lecteur:
        raise SujetInconnu(topic)


_ANCIEN: Final = MapperFaits()
_ANCIEN._lecteurs = _AucunLecteur()


class MapperMemoire(MapperFaits):
    """Reads each stored fact once, and keeps it beside: facts are frozen. What reads a topic is made once for all."""

    lecteurs: ClassVar = Lecteurs()
    illisible: tuple[UUID, int] | None = None
    """The one fact, by stream and version, that the program installed is too old to read."""

    def __init__(self) -> None:
        super().__init__()
        self._lecteurs = self.lecteurs

    def to_domain_event(self, stored_event: StoredEvent | EvenementStocke) -> DomainEventProtocol[UUID]:
        if self.illisible is not None and self.illisible == (
            stored_event.originator_id,
            stored_event.originator_version,
        ):
            return _ANCIEN.to_domain_event(stored_event)
        if type(stored_event) is not EvenementLu:
            return super().to_domain_event(stored_event)
        if stored_event.lu is None:
            stored_event.lu = cast(Inscription, super().to_domain_event(stored_event))
        return stored_event.lu

    def lire_flux(self, evenements: Sequence[EvenementStocke]) -> list[Inscription]:
        lire = cast("Callable[[EvenementStocke], Inscription]", self.to_domain_event)
        return [lire(e) for e in evenements]


class ApplicationSimulee(ApplicationStore):
    """The product's application over one of these recorders."""

    def __init__(self, enregistreur: Fragile, apres: Callable[[Any], None] | None = None) -> None:
        self._enregistreur, self._apres = enregistreur, apres
        super().__init__({"IS_SNAPSHOTTING_ENABLED": "n"})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return POPOFactory(env)

    def construct_recorder(self) -> ApplicationRecorder:
        return self._enregistreur

    def construct_mapper(self) -> MapperMemoire:
        return MapperMemoire()

    def save(self, *objs: Any, **kwargs: Any) -> list[Any]:
        """Store, then show what the decision left in memory: it must be what the facts give."""
        enregistres = super().save(*objs, **kwargs)
        if self._apres is not None:
            for agregat in objs:
                self._apres(agregat)
        return enregistres


def application_en_memoire(
    contenu: Contenu, horloge: Horloge, point: Point, apres: Callable[[Any], None] | None = None
) -> Application[UUID]:
    """Return the application of a store in memory."""
    enregistreur = MemoireFragile(contenu, horloge)
    enregistreur.fragiliser(point)
    return ApplicationSimulee(enregistreur, apres)


def application_sur_sqlite(
    chemin: Path, horloge: Horloge, point: Point, apres: Callable[[Any], None] | None = None
) -> Application[UUID]:
    """Return the application of a prepared SQLite file."""
    enregistreur = SqliteFragile(DatastoreSqlite(chemin))
    enregistreur.horloge = horloge  # type: ignore[assignment]
    enregistreur.saut_maximal = SAUT_MAXIMAL
    enregistreur.fragiliser(point)
    return ApplicationSimulee(enregistreur, apres)
