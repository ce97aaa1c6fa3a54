"""Read the public reference lists shipped with `dispositifs`: QPV 2024, communes, EPCI, contrats de ville."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import StringIO
from types import MappingProxyType
from typing import Final

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


@dataclass(frozen=True, slots=True)
class References:
    """The lists, each by its code; `epci` gives names by SIREN."""

    quartiers: Mapping[str, Quartier]
    communes: Mapping[str, Commune]
    epci: Mapping[str, str]
    contrats: Mapping[str, ContratDeVille]

    @property
    def qpv(self) -> Mapping[str, str]:
        """Return the label of each quartier prioritaire, by its code."""
        return MappingProxyType({code: quartier.libelle for code, quartier in self.quartiers.items()})


@cache
def charger_references() -> References:
    """Read the lists once per process; a missing or damaged file is our fault, never a refusal."""
    quartiers = (
        Quartier(
            code=ligne["code_qp"],
            libelle=ligne["libelle"],
            departement=ligne["departement"],
            communes=tuple(ligne["codes_insee"].split()),
            contrats=tuple(ligne["contrats_possibles"].split()),
        )
        for ligne in _lignes("qpv2024_hdf.csv")
    )
    communes = (
        Commune(ligne["code_insee"], ligne["nom"], ligne["departement"], ligne["epci_siren"] or None)
        for ligne in _lignes("communes_hdf.csv")
    )
    contrats = (
        ContratDeVille(ligne["code_cv"], ligne["lib_cv"], ligne["codgeo"], ligne["insee_dep"])
        for ligne in _lignes("contrats_ville_2024_2030_hdf.csv")
    )
    return References(
        quartiers=MappingProxyType({quartier.code: quartier for quartier in quartiers}),
        communes=MappingProxyType({commune.code: commune for commune in communes}),
        epci=MappingProxyType({ligne["epci_siren"]: ligne["epci_nom"] for ligne in _lignes("epci_hdf.csv")}),
        contrats=MappingProxyType({contrat.code: contrat for contrat in contrats}),
    )


def _lignes(nom: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(StringIO(resources.files(_PAQUET).joinpath(nom).read_text(encoding="utf-8")))
