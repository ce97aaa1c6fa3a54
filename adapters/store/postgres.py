"""The store in PostgreSQL: one round trip per command, over the library's recorder."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresFactory
from eventsourcing.utils import Environment, EnvType

from adapters.store.adresse import HorlogeEnArriere
from adapters.store.commun import ATTENTE_VERROU_S, VerrousDeProcessus, reprendre_si_perdue
from adapters.store.ecoute import Ecoute
from adapters.store.lectures_sql import EVENEMENT, LecturesSql, Ordres
from adapters.store.relecture import POSTGRES, Relecture
from adapters.store.reserve_postgres import Connexion, ReservePostgres
from application.ports import EvenementStocke, LigneJournal, TentativeRefusee
from kernel.horloges import HorlogeSuspecte
from kernel.instants import Instant, triable

_INSCRIRE = (
    "SELECT public.diligence_inscrire(%s::interval, %s::uuid[], %s::bigint[], %s::text[], %s::bytea[], %s::text, %s::uuid,"
    " %s::text, %s::text, %s::text, %s::text, %s::uuid, %s::text, %s::bigint, %s::text)"
)
_TETE_LE = (
    "SELECT greatest((SELECT enregistre_le FROM public.stored_events ORDER BY position DESC LIMIT 1),"
    " (SELECT enregistre_le FROM public.journal ORDER BY rang DESC LIMIT 1))"
)
_SANS_JOURNAL = (None,) * 10


class DatastorePostgres(PostgresDatastore):
    """The library's datastore with our connections; its own pool is never opened, its composite types never needed."""

    def __init__(self, base: str) -> None:
        super().__init__("", "", "", "", "")
        self.reserve = ReservePostgres(base)
        self.reserve_verrous = ReservePostgres(base, taille=8, verrou_s=ATTENTE_VERROU_S)
        self.ecoute = Ecoute(base)

    def register_type_adapters(self) -> None:
        """Nothing to register: arrays of plain types carry our facts."""

    def close(self) -> None:
        super().close()
        if hasattr(self, "ecoute"):
            self.ecoute.fermer()
            self.reserve.fermer()
            self.reserve_verrous.fermer()


class EnregistreurPostgres(LecturesSql, PostgresApplicationRecorder):
    """Implements `application.ports.Enregistreur` on PostgreSQL."""

    ordres = Ordres("%s", "position(%s IN state)", "public.")

    def __init__(self, datastore: DatastorePostgres) -> None:
        super().__init__(datastore)
        self.reserve = datastore.reserve
        self._reserve_verrous = datastore.reserve_verrous
        self._ecoute = datastore.ecoute
        self._verrous = VerrousDeProcessus()

    @reprendre_si_perdue
    def _lignes(self, requete: str, *params: Any) -> list[tuple[Any, ...]]:
        """Run one statement, its own transaction; a lost connection is tried again.

        A statement whose answer was lost after its commit then meets its own effect: IntegrityError, and the journal.
        """
        with self.reserve.preter() as c:
            return c.execute(requete.encode(), params, prepare=True, binary=True).fetchall()

    def _une(self, requete: str, *params: Any) -> tuple[Any, ...] | None:
        lignes: list[tuple[Any, ...]] = self._lignes(requete, *params)
        return lignes[0] if lignes else None

    def _cle(self, identifiant: UUID | str) -> UUID | str:
        return identifiant

    def _flux(self, identifiant: UUID | str, lignes: Sequence[tuple[Any, ...]]) -> list[EvenementStocke]:
        neuf = tuple.__new__  # as on SQLite: a named tuple's own is a function of Python
        return [neuf(EvenementStocke, (identifiant, *ligne)) for ligne in lignes]

    def _evenements(self, lignes: Sequence[tuple[Any, ...]]) -> list[EvenementStocke]:
        return [EvenementStocke._make(ligne) for ligne in lignes]

    # facts

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Write facts and journal row in one durable transaction, one round trip; return the positions.

        Raises:
            IntegrityError: the version or the command exists already; nothing was written.
            HorlogeSuspecte: the server's clock is too far from the last recording; nothing was written.
        """
        j: LigneJournal | None = kwargs.get("journal")
        if not stored_events and j is None:
            return []
        journal = _SANS_JOURNAL if j is None else _colonnes(j)
        ligne = self._une(
            _INSCRIRE,
            self.saut_maximal,
            _tableau(e.originator_id for e in stored_events),
            _tableau(e.originator_version for e in stored_events),
            _tableau(e.topic for e in stored_events),
            [e.state for e in stored_events],
            *journal,
        )
        positions = cast("list[int] | None", cast(tuple[Any, ...], ligne)[0])
        if positions is None:
            raise HorlogeSuspecte(self.maintenant(), cast(Instant, self.tete_le()))
        if positions:
            self._ecoute.arrivees.annoncer(positions[-1])
        return positions

    def tete_le(self) -> Instant | None:
        """Return when something was last recorded, None when nothing was."""
        return cast("Instant | None", cast(tuple[Any, ...], self._une(_TETE_LE))[0])

    def lire_ces_flux(self, ids: Sequence[UUID]) -> Sequence[EvenementStocke]:
        """Return these streams, whole, each in its order: one question for all of them."""
        lignes = self._lignes(
            f"SELECT {EVENEMENT} FROM public.stored_events WHERE originator_id = ANY(%s)"  # noqa: S608
            " ORDER BY originator_id, originator_version",
            list(ids),
        )
        return self._evenements(lignes)

    def attendre(self, position: int, delai_s: float) -> bool:
        """Wait for a fact after `position`, told by NOTIFY; while the server is away the delay passes without error."""
        self._ecoute.demarrer()
        return self._ecoute.arrivees.attendre(position, delai_s)

    def relire(self) -> Relecture:
        """Return what reads the store as it is stored."""
        return Relecture(self._lignes, POSTGRES)

    # journal

    def noter_refus(self, tentative: TentativeRefusee) -> None:
        """Keep a refused attempt, apart from the facts."""
        t = tentative
        self._lignes(
            "INSERT INTO public.refus (commande_id, geste, acteur, agregat, agregat_id, code, enregistre_le)"
            " VALUES (%s, %s, %s, %s, %s, %s, public.diligence_heure()) RETURNING rang",
            *(t.commande_id, t.geste, t.acteur, t.agregat, t.id, t.code),
        )

    # clock

    def maintenant(self) -> Instant:
        """Return the server's clock, or the rehearsal's own."""
        return cast(Instant, cast(tuple[Any, ...], self._une("SELECT public.diligence_heure()"))[0])

    def regler_horloge(self, instant: Instant) -> None:
        """Move the clock of a rehearsal forward.

        Raises:
            StoreReel: the store lives on the server's clock.
            HorlogeEnArriere: the clock is later already.
        """
        self.exiger_repetition()
        reglee = self._une(
            "UPDATE public.parametres SET valeur=%s WHERE cle='horloge' AND valeur::timestamptz<=%s RETURNING cle",
            *(triable(instant), instant),
        )
        if reglee is None:
            raise HorlogeEnArriere.depuis(self.maintenant(), instant)

    # who does what

    @contextmanager
    def verrou(self, agregat_id: UUID) -> Iterator[None]:
        """Hold one hot stream among the threads of this process, then among processes by an advisory lock.

        Threads wait for one another first: one connection per process waits at the server, however many they are.
        """
        cle = int.from_bytes(agregat_id.bytes[:8], "big", signed=True)
        with self._verrous.tenir(agregat_id), ExitStack() as pile:
            c: Connexion = self._verrouiller(pile, cle)
            try:
                yield
            finally:
                _deverrouiller(c, cle)

    @reprendre_si_perdue
    def _verrouiller(self, pile: ExitStack, cle: int) -> Connexion:
        with ExitStack() as essai:
            c = essai.enter_context(self._reserve_verrous.preter())
            c.tient = True
            c.execute("SELECT pg_advisory_lock(%s::bigint)", (cle,), prepare=True)
            pile.push(essai.pop_all())
        return c

    def avancer_curseur(self, nom: str, position: int) -> None:
        """Move a named position forward; never back, whoever comes late. After a power cut some is told again."""
        self._lignes(
            "INSERT INTO public.curseurs AS c VALUES (%s, %s)"
            " ON CONFLICT (nom) DO UPDATE SET position=greatest(c.position, excluded.position)"
            " RETURNING set_config('synchronous_commit', 'off', true)",
            *(nom, position),
        )

    def prendre_bail(self, nom: str, porteur: str, secondes: float) -> bool:
        """Take or renew a named lease, on the server's clock (a rehearsal's stands still); 0 second gives it back."""
        ligne = self._une(
            "INSERT INTO public.baux AS b VALUES (%s, %s, clock_timestamp() + make_interval(secs => %s))"
            " ON CONFLICT (nom) DO UPDATE SET porteur=excluded.porteur, expire_le=excluded.expire_le"
            " WHERE b.porteur=excluded.porteur OR b.expire_le<=clock_timestamp() RETURNING nom",
            *(nom, porteur, float(secondes)),
        )
        return ligne is not None

    def bail_vivant(self, nom: str) -> bool:
        """Tell whether someone holds a named lease."""
        return self._une("SELECT 1 FROM public.baux WHERE nom=%s AND expire_le>clock_timestamp()", nom) is not None


def _tableau(valeurs: Iterable[object]) -> str:
    """Return an array of ids, numbers or topics as PostgreSQL writes it: the driver looks at each value of a list thrice."""
    return f"{{{','.join(map(str, valeurs))}}}"


def _deverrouiller(c: Connexion, cle: int) -> None:
    """Free the lock; when the server is away it is free already, and what the command did must be told all the same."""
    try:
        c.execute("SELECT pg_advisory_unlock(%s::bigint)", (cle,), prepare=True)
        c.tient = False
    except psycopg.Error:
        c.close()


def _colonnes(j: LigneJournal) -> tuple[Any, ...]:
    debut = (j.origine.value, j.commande_id, j.empreinte, j.geste, j.acteur)
    return (*debut, j.agregat, j.id, j.ref, j.version, j.pilote)


class FabriquePostgres(PostgresFactory):
    """The library's factory, with our datastore and our recorder; it never creates a table."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        vide = dict.fromkeys(("POSTGRES_DBNAME", "POSTGRES_HOST", "POSTGRES_USER", "POSTGRES_PASSWORD"), "")
        donne = dict(env or {})
        super().__init__(Environment("store", {**vide, **donne}))
        self.datastore: DatastorePostgres = DatastorePostgres(donne["BASE"])

    def application_recorder(self) -> EnregistreurPostgres:
        return EnregistreurPostgres(self.datastore)
