"""What the tests of every aggregate start from: a context, a refusal that writes nothing, the facts just recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid4, uuid5

import pytest

from kernel.agregat import Agregat
from kernel.attentes import Attente
from kernel.faits import Contexte
from kernel.instants import Effet, Instant, instant_de
from kernel.refus import Refus

A = TypeVar("A", bound=Agregat)
R = TypeVar("R", bound=Refus)

JOUR = date(2026, 1, 12)
UN = UUID(int=1)
DEUX = UUID(int=2)


def contexte(
    le: Effet = JOUR, acteur: str = "agt-1", maintenant: Instant | None = None, habilitation: str | None = None
) -> Contexte:
    """Return the context of a command; its instant is by default the end of its effective day."""
    return Contexte(
        acteur=acteur,
        habilitation=habilitation,
        commande_id=uuid4(),
        effectif_le=le,
        maintenant=maintenant or instant_de(le),
    )


def par(
    agregat: A,
    acteur: str = "agt-1",
    le: Effet = JOUR,
    maintenant: Instant | None = None,
    habilitation: str | None = None,
) -> A:
    """Put an aggregate under a new command; what earlier ones recorded is taken as stored."""
    agregat.collect_events()
    return agregat.sous(contexte(le, acteur, maintenant, habilitation))


def id_du_texte(texte: str) -> UUID:
    """Return what stands for a typed text in a fact: the same for the same text, as the coffre gives it."""
    return uuid5(UN, texte)


def topics(agregat: Agregat) -> list[str]:
    """Return the topics of the facts the last command recorded."""
    return [fait.topic for fait in agregat.nouveaux_faits]


@contextmanager
def verifie_refus(agregat: Agregat, refus: type[R]) -> Iterator[pytest.ExceptionInfo[R]]:
    """Expect a refusal with a French sentence and a stable code, and nothing written."""
    avant, version = etat(agregat), agregat.version
    with pytest.raises(refus) as leve:
        yield leve
    assert leve.type is refus
    assert leve.value.message.endswith(".")
    assert leve.value.code.isascii()
    assert not agregat.nouveaux_faits
    assert (etat(agregat), agregat.version) == (avant, version)


def rien(agregat: Agregat) -> bool:
    """Tell whether the last command recorded nothing."""
    return not agregat.nouveaux_faits


def etat(agregat: Agregat) -> dict[str, Any]:
    """Return what the facts have set: two foldings that agree give the same."""
    cachees = {"_nouvelles", "_contexte", "inscriptions"}
    return {nom: repr(valeur) for nom, valeur in vars(agregat).items() if nom not in cachees}


def verbes(attente: Attente) -> tuple[str, ...]:
    """Return the gestes of an attente by their verb alone; by their name those that make what they are done on."""
    return tuple(geste.nom.partition(" ")[2] if geste.ref else geste.nom for geste in attente.gestes)
