"""How often one may ask: so many times a minute, by account or by address, in the memory of this process."""

import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

_FENETRE_S: Final = 60.0
_CONNUS: Final = 10_000
"""Whom it remembers at most: the one who asked the longest ago is forgotten first."""


@dataclass
class Cadence:
    """A bound on what each may ask in a minute."""

    limite: int
    _demandes: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _verrou: Lock = field(default_factory=Lock)

    def permettre(self, qui: str) -> bool:
        """Tell whether it may ask once more now, and count it when it may."""
        maintenant = time.monotonic()
        with self._verrou:
            siennes = self._demandes.setdefault(qui, deque())
            self._demandes.move_to_end(qui)
            while siennes and siennes[0] <= maintenant - _FENETRE_S:
                siennes.popleft()
            if len(self._demandes) > _CONNUS:
                self._demandes.popitem(last=False)
            if len(siennes) >= self.limite:
                return False
            siennes.append(maintenant)
            return True
