"""Who finances a project: an entry of references/financeurs.yaml, and whether it is public. A word that matches none is unknown.

Nothing is guessed from a word inside a label: a name is recognised whole, or an agent says whose it is.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from io import StringIO
from typing import Final, Literal

from dispositifs.lecture_yaml import lire_yaml
from dispositifs.reglement import Donnee, Texte
from kernel.textes import sans_accents

NOUS: Final = "region"
"""What the request itself asks for."""
AUTRE_AIDE: Final = "region_autre"
"""What we give elsewhere for the same project."""
_COMMUNE: Final = re.compile(r"(?:ville|commune|mairie) (?:de |d |du |des )(.+)")


class Financeur(Donnee):
    """Somebody who may pay a part of a project; `a_confirmer` says what a juriste must still settle."""

    code: str
    libelle: Texte
    public: Literal["oui", "non"]
    source: Texte
    a_confirmer: Texte | None = None
    noms: tuple[str, ...] = ()

    @property
    def est_public(self) -> bool:
        """Tell whether its money is a public aid."""
        return self.public == "oui"


@cache
def financeurs() -> Mapping[str, Financeur]:
    """Return the entries by code. The file is ours: a fault in it is no refusal."""
    lus = lire_yaml(_lire("financeurs.yaml")).valeurs
    return {code: Financeur.model_validate({"code": code, **dit}) for code, dit in lus.items()}


def reconnaitre(nom: str) -> str | None:
    """Return the code of the financeur that a deposit calls so; None when no entry has that name, whole."""
    dit = _normaliser(nom)
    if (commune := _COMMUNE.fullmatch(dit)) and commune[1] in _noms("communes_hdf.csv", "nom"):
        return "commune"
    if dit in _noms("epci_hdf.csv", "epci_nom"):
        return "epci"
    return _par_nom().get(dit)


@cache
def _par_nom() -> Mapping[str, str]:
    return {_normaliser(nom): code for code, connu in financeurs().items() for nom in connu.noms}


@cache
def _noms(liste: str, colonne: str) -> frozenset[str]:
    return frozenset(_normaliser(ligne[colonne]) for ligne in _lignes(liste))


def _lignes(liste: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(StringIO(_lire(liste)))


def _lire(nom: str) -> str:
    return resources.files("dispositifs.references").joinpath(nom).read_text(encoding="utf-8")


def _normaliser(nom: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", sans_accents(nom)))
