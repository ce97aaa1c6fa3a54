"""One thread that listens to PostgreSQL and tells the process which position was last stored."""

import threading
from contextlib import suppress

import psycopg

from adapters.store.commun import Arrivees
from adapters.store.reserve_postgres import connecter
from adapters.store.schema_postgres import CANAL

_PAS_S = 0.2
_RECUL_S = (0.1, 0.2, 0.5, 1.0, 2.0)


class Ecoute:
    """Started by the first who waits; survives the server: it comes back, listens, then reads where the log is."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.arrivees = Arrivees()
        self._arret = threading.Event()
        self._garde = threading.Lock()
        self._fil: threading.Thread | None = None

    def demarrer(self) -> None:
        """Start listening, once."""
        if self._fil is None:
            with self._garde:
                self._lancer()

    def _lancer(self) -> None:
        if self._fil is None and not self._arret.is_set():
            self._fil = threading.Thread(target=self._ecouter, name="ecoute-postgres", daemon=True)
            self._fil.start()

    def fermer(self) -> None:
        """Stop listening; returns within a fifth of a second, or when the server answers."""
        self._arret.set()
        if self._fil is not None and self._fil is not threading.current_thread():
            self._fil.join(timeout=2)

    def _ecouter(self) -> None:
        echecs = 0
        while not self._arret.is_set():
            with suppress(psycopg.Error), connecter(self._base) as connexion:
                connexion.execute(f"LISTEN {CANAL}")
                # the log is read after LISTEN: what was stored in between is in one or the other, never in neither
                ligne = connexion.execute("SELECT coalesce(max(position), 0) FROM public.stored_events").fetchone()
                self.arrivees.recaler(ligne[0] if ligne else 0)
                echecs = 0
                while not self._arret.is_set():
                    for avis in connexion.notifies(timeout=_PAS_S, stop_after=1):
                        if avis.payload.isdecimal():
                            self.arrivees.annoncer(int(avis.payload))
            self._arret.wait(_RECUL_S[min(echecs, len(_RECUL_S) - 1)])
            echecs += 1
