"""What the lists of the auditor share: an interval, a reference, the kinds of facts, the end of a page."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from application import mots
from application.consultations.moment import lire_effet
from application.faits_dits import FAITS_DITS
from application.numeros import id_de
from kernel.instants import Instant, debut_de, instant_de
from kernel.refus import Refus
from web import dates

PAGE: Final = 50
EXPORT_MAX: Final = 5_000
"""Rows of a CSV file, at most: more is asked by dates."""


def types_de_faits() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return each kind of aggregate, by its code and its word, with its kinds of facts."""
    return [
        (espece, mots.mot(mots.ESPECES, espece), [(f"{espece}.{nom}", dit) for nom, dit in sorted(noms.items())])
        for espece, noms in FAITS_DITS.items()
    ]


def intervalle(du: str, au: str) -> tuple[Instant | None, Instant | None]:
    """Return the two ends of an interval of days or instants, or refuse with SaisieInvalide; the last day is whole."""
    debut, fin = (lire_effet(dates.normaliser(texte)) for texte in (du, au))
    return None if debut is None else debut_de(debut), None if fin is None else instant_de(fin)


def ids_de(reference: str) -> frozenset[UUID] | None:
    """Return what a number may name, of whatever kind, None for no number."""
    trouves: set[UUID] = set()
    for espece in mots.ESPECES if reference.strip() else ():
        try:
            trouves.add(id_de(espece, reference.strip().upper()))
            trouves.add(id_de(espece, reference.strip()))
        except Refus:
            continue
    return frozenset(trouves) if reference.strip() else None


def page_de(lignes: Sequence[Any]) -> tuple[Sequence[Any], bool]:
    """Return what a page shows of the rows it asked for, one more than it shows; and whether more follow."""
    return lignes[:PAGE], len(lignes) > PAGE
