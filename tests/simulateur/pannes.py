"""What may go wrong, how often; one draw per place, from the seed alone."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Final

from eventsourcing.persistence import OperationalError


class Panne(BaseException):
    """The process stopped here. Not an `Exception`: nothing in the engine may catch a power cut."""


class Coupure(Exception):
    """Something was raised here that is neither a refusal nor an outage: the process lives, what it did ends there."""


CALME: Final[dict[str, float]] = {}
ORDINAIRE: Final[dict[str, float]] = {
    "arret_avant_ecriture": 0.01,
    "arret_apres_ecriture": 0.02,
    "arret_avant_curseur": 0.03,
    "arret_apres_curseur": 0.02,
    "disque_avant_ecriture": 0.01,
    "disque_apres_ecriture": 0.01,
    "disque_lecture": 0.0005,
    "disque_avant_curseur": 0.02,
    "arret_avant_position": 0.1,
    "coupure": 0.02,
    "pleine_connexion": 0.003,
    "pleine_connexion_du_relais": 0.25,
    "programme_ancien": 0.15,
    "concurrence": 0.06,
    "identifiant_pris": 0.05,
    "identifiant_pris_juste_avant": 0.03,
    "rpc_avant": 0.1,
    "rpc_apres": 0.06,
    "signal_double": 0.3,
    "signal_desordre": 0.4,
    "signal_tardif": 0.15,
    "reponse_perdue": 0.06,
    "etape_double": 0.06,
    "activite_lente": 0.15,
    "flux_lent": 0.5,
}
SAUT: Final = timedelta(days=400)
"""Of a clock, beyond what a store believes: until the next accident, nothing is recorded."""
PERTES: Final[dict[str, float]] = {"signal_perdu": 0.05}
"""What only the reconciliation repairs: Temporal said yes and forgot."""

_DISQUE: Final = {lieu: f"disque_{lieu}" for lieu in ("avant_ecriture", "apres_ecriture", "lecture", "avant_curseur")}
CONNEXIONS: Final = {lieu: f"pleine_{lieu}" for lieu in ("connexion", "connexion_du_relais")}
"""The places where a connection is asked for, and what goes wrong there."""
CONNEXIONS_REFUSEES: Final = 6
"""At most, in a row, while the pool of connections is full."""
COUPURES: Final = (
    "store.apres_consigne",
    "store.avant_validation",
    "store.apres_ecriture",
    "executer.apres_ecriture",
    "porter_decisions.apres_ligne",
    "relais.apres_signal",
    "reconcilier.apres_reparation",
)
"""The named points of `kernel.pannes` that a life goes by: locks, transactions and appends are open there."""


@dataclass
class Pannes:
    """Draws; `taux` is emptied when the weather turns fair."""

    rng: Random
    taux: dict[str, float] = field(default_factory=dict)
    comptes: dict[str, int] = field(default_factory=dict)
    refusees: int = 0
    """Connections that the full pool has still to refuse."""

    def tire(self, quoi: str) -> bool:
        """Tell whether it goes wrong this time."""
        taux = self.taux.get(quoi, 0.0)
        if taux == 0.0 or self.rng.random() >= taux:
            return False
        self.comptes[quoi] = self.comptes.get(quoi, 0) + 1
        return True

    def couper(self) -> None:
        """Raise out of nowhere, at one of the named points of the product."""
        if self.tire("coupure"):
            raise Coupure

    def connexion(self, lieu: str) -> None:
        """Refuse a connection, and some of those asked for next: the pool is full for a while."""
        if self.refusees == 0 and self.tire(CONNEXIONS[lieu]):
            self.refusees = self.rng.randint(1, CONNEXIONS_REFUSEES)
        if self.refusees:
            self.refusees -= 1
            raise OperationalError("panne simulée : réserve pleine")

    def calmer(self) -> None:
        """Let the weather turn fair."""
        self.taux, self.refusees = {}, 0

    def point(self, lieu: str) -> None:
        """Stop the process, or say no, at a named place of the recorder."""
        if self.tire(f"arret_{lieu}"):
            raise Panne(lieu)
        if lieu in _DISQUE and self.tire(_DISQUE[lieu]):
            raise OperationalError(f"panne simulée : {lieu}")

    def ecart(self, horloge: str) -> timedelta:
        """Return how wrong a clock is from now on: an hour at most; that of the store jumps now and then."""
        saute = horloge == "store" and self.rng.random() < 0.5
        return self.rng.choice((SAUT, SAUT, SAUT, -SAUT)) if saute else timedelta(minutes=self.rng.randint(-60, 60))
