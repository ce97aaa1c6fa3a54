"""Read the public reference lists shipped with `dispositifs`: QPV 2024, communes, EPCI, contrats de ville."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import StringIO
from typing import Final, TypeVar

_PAQUET: Final = "dispositifs.references"


@dataclass(frozen=True, slots=True)
class Quartier:
    """A quartier prioritaire 2024. `contrats` has several codes when it straddles several EPCI."""

    code: str
    libelle: str
    departement: str
    communes: tuple[str, ...]
    contrats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, by its INSEE code; `epci` is the SIREN of its EPCI, None when it has none."""

    code: str
    nom: str
    departement: str
    epci: str | None


@dataclass(frozen=True, slots=True)
class ContratDeVille:
    """A contrat de ville 2024-2030; `porteur` is the SIREN of an EPCI, or the INSEE code of a commune."""

    code: str
    libelle: str
    porteur: str
    departement: str


V = TypeVar("V")


class Liste(Mapping[str, V]):
    """A list by its codes, read at first use: most commands look at none."""

    def __init__(self, lire: Callable[[], dict[str, V]]) -> None:
        self._lire = cache(lire)

    def __getitem__(self, code: str) -> V:
        return self._lire()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lire())

    def __len__(self) -> int:
        return len(self._lire())


@dataclass(frozen=True, slots=True)
class References:
    """The lists, each by its code; `epci` gives names by SIREN, `qpv` the label of each quartier prioritaire."""

    quartiers: Mapping[str, Quartier]
    qpv: Mapping[str, str]
    communes: Mapping[str, Commune]
    epci: Mapping[str, str]
    contrats: Mapping[str, ContratDeVille]


@cache
def charger_references() -> References:
    """Return the lists, one copy per process; a missing or damaged file is our fault, never a refusal."""
    quartiers = Liste(_lire_quartiers)
    return References(
        quartiers=quartiers,
        qpv=Liste(lambda: {code: quartier.libelle for code, quartier in quartiers.items()}),
        communes=Liste(_lire_communes),
        epci=Liste(lambda: {ligne["epci_siren"]: ligne["epci_nom"] for ligne in _lignes("epci_hdf.csv")}),
        contrats=Liste(_lire_contrats),
    )


def _lire_quartiers() -> dict[str, Quartier]:
    return {
        ligne["code_qp"]: Quartier(
            code=ligne["code_qp"],
            libelle=ligne["libelle"],
            departement=ligne["departement"],
            communes=tuple(ligne["codes_insee"].split()),
            contrats=tuple(ligne["contrats_possibles"].split()),
        )
        for ligne in _lignes("qpv2024_hdf.csv")
    }


def _lire_communes() -> dict[str, Commune]:
    return {
        ligne["code_insee"]: Commune(
            ligne["code_insee"], ligne["nom"], ligne["departement"], ligne["epci_siren"] or None
        )
        for ligne in _lignes("communes_hdf.csv")
    }


def _lire_contrats() -> dict[str, ContratDeVille]:
    return {
        ligne["code_cv"]: ContratDeVille(ligne["code_cv"], ligne["lib_cv"], ligne["codgeo"], ligne["insee_dep"])
        for ligne in _lignes("contrats_ville_2024_2030_hdf.csv")
    }


def _lignes(nom: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(StringIO(resources.files(_PAQUET).joinpath(nom).read_text(encoding="utf-8")))
