"""Identifiers, all derived: the same name gives the same id everywhere, so that nothing needs a table of numbers.

No personal data ever enters an id.
"""

import re
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from kernel.refus import Refus

ESPACE: Final = UUID("d3f0c6e2-5b0e-5d8a-9c43-6f1a2b7d9e10")
SYSTEME: Final = "SYSTEME"
"""The engine, as an acteur."""

_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


class OrigineDeCommande(StrEnum):
    """Who made the id of a command: whoever types an id only ever meets his own."""

    AGENT = "agent"
    """A person gave it, or it was drawn at random for him."""
    MOTEUR = "moteur"
    """The engine derived it from what it reacts to."""
    DERIVEE = "derivee"
    """The program derived it for a person, who sends several commands in one: a take-over, what validates it, a play."""


class CleDeCommande(NamedTuple):
    """What tells a command from every other, and finds its receipt: ids are public, anybody may send any of them."""

    origine: OrigineDeCommande
    acteur: str
    commande_id: UUID


BAIL_DU_RELAIS: Final = "relais"
"""The lease that says an engine is alive for a store."""
BAIL_DE_TEMPORAL: Final = "temporal"
"""The one that says that Temporal answers the relay: without it, what falls due is late."""

_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXY"
"""31 signs (a prime) that are not mistaken for one another (no 0, 1, I, O, nor Z beside 2)."""
_SIGNES: Final = 4


class ReferenceInconnue(Refus, code="reference_inconnue"):
    """No such aggregate."""


class ReferenceIllisible(Refus, code="reference_illisible"):
    """A dossier number whose check character is wrong: a typing error."""


class NumeroPris(Refus, code="numero_pris"):
    """Another aggregate already has this number: the caller draws the next one."""


def est_un_login(texte: str) -> bool:
    """Tell whether a text can name an agent or a member of an assembly: never the engine, in whatever case."""
    return _LOGIN.fullmatch(texte) is not None and texte.upper() != SYSTEME


_uuid5 = lru_cache(maxsize=4096)(uuid5)


def identifiant(agregat: str, *cle: object) -> UUID:
    """Return the id of the aggregate of that kind known by that natural key."""
    return _uuid5(ESPACE, ":".join([agregat, *map(str, cle)]))


def derive(graine: UUID, *parties: object) -> UUID:
    """Return the id of what follows from another id: a sub-command, an automatisme, an opening."""
    return _uuid5(graine, ":".join(map(str, parties)))


def workflow_id(agregat: str, agregat_id: UUID) -> str:
    """Return the Temporal workflow id that follows one aggregate."""
    return f"{agregat}-{agregat_id}"


def numero(prefixe: str, graine: UUID, essai: int = 0) -> str:
    """Return a number such as NQE-2026-7K3F9: four signs drawn from `graine`, one check character.

    Two seeds may give the same number; the caller then tries the next `essai` (the store decides who was first).
    """
    entier = int.from_bytes(sha256(f"{prefixe}:{graine}:{essai}".encode()).digest()[:8], "big")
    signes = ""
    for _ in range(_SIGNES):
        entier, reste = divmod(entier, len(_ALPHABET))
        signes += _ALPHABET[reste]
    return f"{prefixe}-{signes}{_controle(f'{prefixe}-{signes}')}"


def verifier_numero(reference: str) -> str:
    """Return the number in capitals, or refuse with ReferenceIllisible when its check character is wrong."""
    reference = reference.strip().upper()
    if len(reference) < _SIGNES + 1 or reference[-1] != _controle(reference[:-1]):
        raise ReferenceIllisible(
            f"Le numéro « {reference} » est mal recopié : son dernier signe ne correspond pas.", reference=reference
        )
    return reference


def _controle(texte: str) -> str:
    """Weighted sum modulo 31: it sees any one wrong sign, and any swap of two neighbours, among the drawn signs."""
    somme = 0
    for signe in texte:
        rang = _ALPHABET.find(signe)
        somme = (somme * 2 + (ord(signe) if rang < 0 else rang)) % len(_ALPHABET)
    return _ALPHABET[somme]
