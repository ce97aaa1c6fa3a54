"""The fields of a geste as a form has them: from the types, titles and markers of its class, however deep."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from application import mots
from application.commandes import FichierRecu
from application.declaration import Choix, Geste, HeureDuJour, RempliPar, TexteLong


class GenreDeChamp(StrEnum):
    """What a person is given to fill a field."""

    TEXTE = "texte"
    LONG = "long"
    ENTIER = "entier"
    EUROS = "euros"
    POURCENT = "pourcent"
    JOUR = "jour"
    HEURE = "heure"
    CASE = "case"
    CHOIX = "choix"
    CASES = "cases"
    LISTE = "liste"
    SUITE = "suite"
    FICHIER = "fichier"
    GROUPE = "groupe"
    RANGS = "rangs"
    DICO = "dico"


@dataclass(frozen=True, slots=True)
class ChampDeGeste:
    """One field. `valeurs` are the words of a closed list; `champs` those of a group, or of each row of a list.

    LISTE is one text a line; SUITE one input a text, each found by typing; CASES one box a choice; DICO one text a choice.
    `fichier`: a file may fill it.
    """

    nom: str
    titre: str
    aide: str
    genre: GenreDeChamp
    obligatoire: bool
    choix: Choix | None = None
    valeurs: tuple[tuple[str, str], ...] = ()
    defaut: str = ""
    champs: tuple["ChampDeGeste", ...] = ()
    fichier: bool = False

    @property
    def compose(self) -> bool:
        """Tell whether it is made of other fields."""
        return self.genre in {GenreDeChamp.GROUPE, GenreDeChamp.RANGS}


_UNITES: Final = {"_centimes": GenreDeChamp.EUROS, "_points_base": GenreDeChamp.POURCENT}
_POUR_LES_PROGRAMMES: Final = re.compile(
    r",? (en points de base \(.*?\)|en centimes|AAAA-MM-JJ|séparés par des virgules|CSV.*|YAML)"
)
"""What the help of a field tells of how a program writes it."""


_REFERENCES: Final = re.compile("(codes?|identifiants?|références?|numéros?) (de|du|des) ")


@cache
def champs_de(geste: Geste) -> tuple[ChampDeGeste, ...]:
    """Return the fields that a person fills, the one that names what the geste is done on left out."""
    return tuple(c for c in _champs(geste.commande) if c.nom != geste.champ)


def clic(geste: Geste) -> str:
    """Return what the button says that does it without its form; blank when one is needed: for what nothing undoes, or asks more."""
    if geste.se_defait_par is None:
        return ""
    return geste.d_un_clic or ("" if champs_de(geste) else geste.titre)


def fichiers(champs: tuple[ChampDeGeste, ...]) -> Iterator[ChampDeGeste]:
    """Yield the fields that take a file, however deep."""
    for champ in champs:
        if champ.genre is GenreDeChamp.FICHIER or champ.fichier:
            yield champ
        yield from fichiers(champ.champs)


def _champs(modele: type[BaseModel], unite: GenreDeChamp | None = None) -> tuple[ChampDeGeste, ...]:
    return tuple(_champ(nom, info, unite) for nom, info in modele.model_fields.items())


def _champ(nom: str, info: FieldInfo, unite: GenreDeChamp | None) -> ChampDeGeste:
    genre_python, marques = _deplier(info.annotation, tuple(info.metadata))
    marque = {type(m): m for m in marques}
    choix: Choix | None = marque.get(Choix)
    unite = next((u for fin, u in _UNITES.items() if nom.endswith(fin)), unite)
    genre, valeurs, champs = _genre(genre_python, marque, choix, unite)
    aide = _POUR_LES_PROGRAMMES.sub("", info.description or "").strip()
    if (BeforeValidator in marque and champs) or (valeurs and all(code in aide for code, _ in valeurs)):
        aide = ""  # it told how a command line writes the rows, or listed the codes whose words are shown
    if aide.lower() == (info.title or "").lower() or (choix is not None and _REFERENCES.match(aide)):
        aide = ""  # it says nothing more, or which code to type where names are offered
    return ChampDeGeste(
        nom=nom,
        titre=info.title or mots.mot({}, nom),
        aide="" if genre is GenreDeChamp.CASE else aide,
        genre=genre,
        obligatoire=info.is_required(),
        choix=choix,
        valeurs=valeurs,
        defaut=_ecrit(info.default) if not info.is_required() else "",
        champs=champs,
        fichier=RempliPar in marque,
    )


def _ecrit(defaut: Any) -> str:
    if isinstance(defaut, bool):
        return "oui" if defaut else ""
    return str(defaut) if isinstance(defaut, str | int) else ""


def _deplier(annotation: Any, marques: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Return the type under `Annotated` and `| None`, and every marker met on the way."""
    while True:
        origine, arguments = get_origin(annotation), get_args(annotation)
        if origine is Annotated:
            annotation, *autres = arguments
            marques += tuple(m for autre in autres for m in (*getattr(autre, "metadata", ()), autre))
        elif origine in {Union, UnionType} and len(reste := [a for a in arguments if a is not type(None)]) == 1:
            annotation = reste[0]
        else:
            return annotation, marques


Forme = tuple[GenreDeChamp, tuple[tuple[str, str], ...], tuple[ChampDeGeste, ...]]


def _genre(genre: Any, marque: dict[type, Any], choix: Choix | None, unite: GenreDeChamp | None) -> Forme:
    if get_origin(genre) is tuple:
        return _liste(genre, choix, unite)
    if get_origin(genre) is dict:
        return GenreDeChamp.DICO, (), ()
    if valeurs := _mots(genre):
        return GenreDeChamp.CHOIX, valeurs, ()
    if isinstance(genre, type) and issubclass(genre, BaseModel):
        return GenreDeChamp.GROUPE, (), _champs(genre, unite)
    return _simple(genre, marque, choix, unite), (), ()


def _liste(genre: Any, choix: Choix | None, unite: GenreDeChamp | None) -> Forme:
    element, _ = _deplier(get_args(genre)[0], ())
    if isinstance(element, type) and issubclass(element, BaseModel):
        return GenreDeChamp.RANGS, (), _champs(element, unite)
    if valeurs := _mots(element):
        return GenreDeChamp.CASES, valeurs, ()
    if choix is None:
        return GenreDeChamp.LISTE, (), ()
    return GenreDeChamp.SUITE if choix.libre else GenreDeChamp.CASES, (), ()


def _simple(genre: Any, marque: dict[type, Any], choix: Choix | None, unite: GenreDeChamp | None) -> GenreDeChamp:
    if genre is FichierRecu:
        return GenreDeChamp.FICHIER
    if choix is not None and not choix.libre:
        return GenreDeChamp.CHOIX
    if genre is bool:
        return GenreDeChamp.CASE
    if genre is int:
        return unite or GenreDeChamp.ENTIER
    if genre is date:
        return GenreDeChamp.JOUR
    return (
        GenreDeChamp.LONG
        if TexteLong in marque
        else GenreDeChamp.HEURE
        if HeureDuJour in marque
        else GenreDeChamp.TEXTE
    )


def _mots(genre: Any) -> tuple[tuple[str, str], ...]:
    """Return the codes of a closed list, each in words."""
    if get_origin(genre) is Literal:
        codes = get_args(genre)
    elif isinstance(genre, type) and issubclass(genre, Enum):
        codes = tuple(membre.value for membre in genre)
    else:
        return ()
    return tuple((code, mots.mot(mots.CHOIX, code)) for code in codes)
