"""One aggregate, read as it is known today and as it was at a moment."""

from typing import TypeVar
from uuid import UUID

from application.consultations.moment import Moment
from application.store import Store
from kernel.agregat import Agregat

A = TypeVar("A", bound=Agregat)


def lire(store: Store, classe: type[A], identifiant: UUID, reference: str, moment: Moment) -> tuple[A, A]:
    """Return both, today's first (its number is known there), or refuse with ReferenceInconnue; now, they are one."""
    connu = store.charger_existant(classe, identifiant, reference)
    if moment == Moment():
        return connu, connu
    return connu, store.charger_a(classe, identifiant, au=moment.au, connu_au=moment.connu_au)
