"""PostgreSQL connections, opened when needed and kept for the next one; a dead one takes the idle ones with it."""

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psycopg
from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from psycopg.abc import RV, PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus

from adapters.store.commun import VerrouDeProcessus
from application.patience import au_plus

CONNEXION_S = 2
VERROU_S = 5
TAILLE = 16
"""Connections at once for one process: more threads than that wait for one another."""

REPONSE_S = 12.0
"""How long an answer is waited for: more than any lock, far less than a frozen server would take."""


class SansReponse(psycopg.OperationalError):
    """The server holds the connection and does not answer: whether the statement was done is not known."""


class Connexion(psycopg.Connection[tuple[Any, ...]]):
    """A connection that does not wait for ever: the system sees nothing wrong with a frozen server."""

    reponse_s = REPONSE_S
    tient = False
    """Whether it holds a lock of its session."""

    @property
    def est_nette(self) -> bool:
        """Tell whether it may serve somebody else: no question under way, no transaction, no lock."""
        return self.pgconn.transaction_status == TransactionStatus.IDLE and not self.tient

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for the server, at most `reponse_s` unless the driver itself says how long."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, au_plus(self.reponse_s))
        except psycopg.errors._WaitTimeout as erreur:
            self.pgconn.finish()  # a late answer must not be taken for that of the next question
            raise SansReponse(f"no answer from PostgreSQL for {self.reponse_s:.0f} s") from erreur


# a machine that vanished without a word is found out in 10 s, not in the two hours of the system's default
_RESEAU: dict[str, Any] = {
    "connect_timeout": CONNEXION_S,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


def connecter(base: str, *, verrou_s: float = VERROU_S) -> Connexion:
    """Open a connection where each statement is its own transaction; what the address says wins over our defaults."""
    donnes = conninfo_to_dict(base)
    connexion = Connexion.connect(base, autocommit=True, **{cle: v for cle, v in _RESEAU.items() if cle not in donnes})
    connexion.execute(
        "SELECT set_config('lock_timeout', %s, false), set_config('TimeZone', 'UTC', false),"
        " set_config('idle_in_transaction_session_timeout', '5s', false)",
        (f"{int(verrou_s * 1000)}ms",),
    )
    connexion.reponse_s = max(REPONSE_S, verrou_s + 2)
    return connexion


class ReservePostgres:
    """Idle connections, last used first, at most `TAILLE` lent at once."""

    def __init__(self, base: str, *, taille: int = TAILLE, verrou_s: float = VERROU_S) -> None:
        self.base = base
        self._verrou_s = verrou_s
        self._places = VerrouDeProcessus(taille)
        self._libres: deque[Connexion] = deque()
        self._fermee = False

    @contextmanager
    def preter(self) -> Iterator[Connexion]:
        """Lend a connection; errors are the library's.

        One that comes back in the middle of anything is closed, whatever was raised and at whatever line.

        Raises:
            OperationalError: the server is away.
            DatabaseError: no connection came back in time.
        """
        with ExitStack() as pile:
            try:
                pile.enter_context(self._places.tenir("every connection to PostgreSQL", VERROU_S))
            except OperationalError as erreur:
                raise DatabaseError(str(erreur)) from erreur  # a long wait is no lost connection: as in `traduire`
            try:
                connexion = self._prendre()
                try:
                    yield connexion
                finally:
                    self._rendre(connexion)
            except psycopg.Error as erreur:
                raise traduire(erreur) from erreur

    def fermer(self) -> None:
        """Close the idle connections; those still lent are closed when they come back."""
        self._fermee = True
        self._vider()

    def _prendre(self) -> Connexion:
        try:
            return self._libres.pop()
        except IndexError:
            if au_plus(CONNEXION_S) < CONNEXION_S:
                raise SansReponse("no time left to open a connection") from None
            return connecter(self.base, verrou_s=self._verrou_s)

    def _rendre(self, connexion: Connexion) -> None:
        if connexion.closed or connexion.broken:
            # the server went away: the idle connections have most likely died with it
            connexion.close()
            self._vider()
        elif self._fermee or not connexion.est_nette:
            connexion.close()
        else:
            self._libres.append(connexion)

    def _vider(self) -> None:
        while self._libres:
            with suppress(IndexError, psycopg.Error):
                self._libres.pop().close()


def traduire(erreur: psycopg.Error) -> DatabaseError | InterfaceError:
    """Return the library's error for the driver's; a long wait is no lost connection: it is not tried again."""
    if isinstance(erreur, psycopg.errors.LockNotAvailable | psycopg.errors.QueryCanceled | SansReponse):
        return DatabaseError(str(erreur))
    for classe, traduite in _TRADUCTIONS:
        if isinstance(erreur, classe):
            return traduite(str(erreur))
    return DatabaseError(str(erreur))


_TRADUCTIONS: tuple[tuple[type[psycopg.Error], type[DatabaseError] | type[InterfaceError]], ...] = (
    (psycopg.IntegrityError, IntegrityError),
    (psycopg.OperationalError, OperationalError),
    (psycopg.InterfaceError, InterfaceError),
    (psycopg.DataError, DataError),
    (psycopg.InternalError, InternalError),
    (psycopg.ProgrammingError, ProgrammingError),
    (psycopg.NotSupportedError, NotSupportedError),
)
