"""Where the story of a process is written, when a machine reads it."""

import os
import queue
import threading
import time
from typing import Final

LIGNES_EN_ATTENTE: Final = 10_000
VIDER_S: Final = 1.0


class SansAttendre:
    """A stream that never blocks: a pipe nobody reads must not freeze a worker; what is lost is counted."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._file: queue.Queue[bytes] = queue.Queue(LIGNES_EN_ATTENTE)
        self.perdues = 0
        threading.Thread(target=self._ecrire, name="journal", daemon=True).start()

    def write(self, texte: str) -> None:
        """Take a line, or count it as lost."""
        try:
            self._file.put_nowait(texte.encode())
        except queue.Full:
            self.perdues += 1

    def flush(self) -> None:
        """Do nothing: the thread writes as fast as it is read."""

    def vider(self, delai_s: float = VIDER_S) -> None:
        """Wait until everything is written, and not longer."""
        fin = time.monotonic() + delai_s
        while self._file.unfinished_tasks and time.monotonic() < fin:
            time.sleep(0.005)

    def _ecrire(self) -> None:
        # straight to the descriptor: a thread stopped in the middle must hold no lock of Python's streams
        while True:
            reste = self._file.get()
            try:
                while reste:
                    reste = reste[os.write(self._fd, reste) :]
            except OSError:
                self.perdues += 1
            finally:
                self._file.task_done()
