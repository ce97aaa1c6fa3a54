"""Passwords: argon2id (RFC 9106), two at once at most, since each takes 64 MiB and a core (ADR 0031)."""

from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from application.site import TropDeConnexions

_A_LA_FOIS: Final = 2
_PATIENCE_S: Final = 5.0
"""How long one waits for its turn: beyond, the threads that serve pages would all wait."""
_HACHEUR: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_DE_PERSONNE: Final = (
    f"$argon2id$v=19$m={_HACHEUR.memory_cost},t={_HACHEUR.time_cost},p={_HACHEUR.parallelism}${'A' * 22}${'A' * 43}"
)
"""What no password gives: written, since to make one would cost every process that reads this module."""
_tours = BoundedSemaphore(_A_LA_FOIS)


class _Tour:
    """One of the two turns."""

    def __enter__(self) -> None:
        if not _tours.acquire(timeout=_PATIENCE_S):
            raise TropDeConnexions

    def __exit__(self, *_: object) -> None:
        _tours.release()


def condenser(mot_de_passe: str) -> str:
    """Return what is kept of a password."""
    with _Tour():
        return _HACHEUR.hash(mot_de_passe)


def convient(mot_de_passe: str, empreinte: str | None) -> bool:
    """Tell whether it is the one that was kept; without one, it takes the same time to say no."""
    with _Tour():
        try:
            _HACHEUR.verify(empreinte or _DE_PERSONNE, mot_de_passe)
        except (VerificationError, InvalidHashError):
            return False
        return empreinte is not None


def a_refaire(empreinte: str) -> bool:
    """Tell whether it was kept by other parameters than those of today."""
    return _HACHEUR.check_needs_rehash(empreinte)
