"""Examples and text fields of facts, read from their pydantic shape: nothing is written by hand."""

import types
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

import aggregates.registre as registre
from adapters.store.mapper import ASCENSIONS
from kernel.faits import FAITS, Entete, Fait

ICI = Path(__file__).parent
FICHIERS = ICI / "faits"
TOPICS = ICI / "topics.txt"
TEXTES_PERMIS = ICI / "textes_permis.txt"

UN_ID = UUID("5f1e0c3a-0000-5000-8000-000000000001")
_SIMPLES: dict[Any, Any] = {
    bool: True,
    int: 1,
    UUID: UN_ID,
    date: date(2026, 3, 2),
    datetime: datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    AwareDatetime: datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    type(None): None,
    Any: "quelconque",
    object: "quelconque",
}
_TEXTES = {"duree": "2 mois", "siret": "00000001800002"}
"""Texts that a fold reads as something else."""


def faits() -> Mapping[str, type[Fait[Any]]]:
    """Return the facts of the product by topic: those of the tests are left out."""
    return {topic: FAITS[topic] for topic in sorted(FAITS) if FAITS[topic].__module__.startswith("aggregates.")}


def topics_connus() -> list[str]:
    """Return every topic that can still be read: those of today and the older ones."""
    return sorted({*faits(), *ASCENSIONS})


def espece(topic: str) -> registre.Espece:
    return registre.ESPECES[topic.partition(".")[0]]


def exemple(classe: type[BaseModel]) -> Any:
    """Return an instance whose every field has a value."""
    return classe.model_validate({nom: _valeur(champ.annotation, nom) for nom, champ in classe.model_fields.items()})


def entete(topic: str, version: int = 1) -> Entete:
    return Entete(
        agregat=espece(topic).nom,
        id=UN_ID,
        version=version,
        acteur="agt-1",
        habilitation="instructeur",
        commande_id=UUID("0b0c0000-0000-4000-8000-000000000002"),
        cause=UUID("0b0c0000-0000-4000-8000-000000000003"),
        lot="reprise",
        pilote="cli",
        effectif_le=date(2026, 3, 2),
        corrige=None,
    )


def textes(classe: type[BaseModel]) -> list[str]:
    """Return the paths of a model that may hold any text."""
    return sorted(
        {f"{nom}{suite}" for nom, champ in classe.model_fields.items() for suite in _textes(champ.annotation)}
    )


def _valeur(forme: Any, nom: str) -> Any:
    forme = _nue(forme)
    if get_origin(forme) in {Union, types.UnionType}:
        forme = _nue(next(partie for partie in get_args(forme) if partie is not type(None)))
    if forme is str:
        return _TEXTES.get(nom, nom)
    if forme in _SIMPLES:
        return _SIMPLES[forme]
    if get_origin(forme) is Literal:
        return get_args(forme)[0]
    if isinstance(forme, type) and issubclass(forme, BaseModel):
        return exemple(forme)
    if isinstance(forme, type) and issubclass(forme, Enum):
        return next(iter(forme))
    return _collection(forme, nom)


def _collection(forme: Any, nom: str) -> Any:
    origine, parties = get_origin(forme) or forme, get_args(forme)
    if hasattr(forme, "_fields"):  # a NamedTuple
        return forme(**{champ: _valeur(genre, champ) for champ, genre in get_type_hints(forme).items()})
    if origine is dict or origine is Mapping:
        cle, valeur = parties or (str, Any)
        return {_valeur(cle, nom): _valeur(valeur, nom)}
    if origine is tuple and Ellipsis not in parties:
        return tuple(_valeur(partie, nom) for partie in parties)
    if origine in {tuple, list, set, frozenset}:
        return origine([_valeur(parties[0], nom)])
    raise TypeError(f"no example for {forme}: teach tests/golden/exemples.py")


def _textes(forme: Any) -> Iterator[str]:
    forme = _nue(forme)
    if forme in {str, Any, object}:
        yield ""
    elif isinstance(forme, type) and issubclass(forme, BaseModel):
        yield from (f".{chemin}" for chemin in textes(forme))
    elif hasattr(forme, "_fields"):
        for champ, genre in get_type_hints(forme).items():
            yield from (f".{champ}{suite}" for suite in _textes(genre))
    elif get_origin(forme) is not Literal:
        for partie in get_args(forme):
            yield from _textes(partie)


def _nue(forme: Any) -> Any:
    while True:
        if get_origin(forme) is Annotated:
            forme = get_args(forme)[0]
        elif hasattr(forme, "__supertype__"):
            forme = forme.__supertype__
        else:
            return forme
