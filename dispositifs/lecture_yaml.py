"""Read a YAML text with the line of everything in it, and without YAML's surprises. Only this module knows the library.

Kept: mappings, lists, texts, integers, decimals, yes/no, null. A number is what people write as one: digits without a
leading zero, a sign or a decimal point at most; a date, an hour, `01500000` or `1_000` stay the text that was typed, so
that whoever expects a date or an amount refuses them with their line. Refused: a key given twice, an alias (one line
that stands for thousands), a tag, a second document, more levels than anyone types.

The events of the library are read one by one, never a tree of its own: nothing is built before it is judged.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final, NamedTuple

import yaml
from pydantic import ValidationError
from yaml import events

from dispositifs.erreurs import chemin_lisible, en_francais
from kernel.refus import Refus
from kernel.textes import defaut_de_texte

TAILLE_MAX: Final = 1_000_000
"""Characters. Our choice: a campaign file has a few thousand."""

PROFONDEUR_MAX: Final = 20

_ANALYSEUR: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""In C where the library was built with it: ten times faster, the same lines."""

_IMPRIMABLE: Final = "\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_INTERDIT: Final = re.compile(f"[^{_IMPRIMABLE}]")
"""YAML 1.1, c-printable, and no byte order mark but at the beginning."""

_ENTIER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+")
_MOTS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **{forme: True for mot in ("yes", "true", "on") for forme in (mot, mot.capitalize(), mot.upper())},
    **{forme: False for mot in ("no", "false", "off") for forme in (mot, mot.capitalize(), mot.upper())},
}

Chemin = tuple[str | int, ...]


class YamlIllisible(Refus, code="yaml_illisible"):
    """Not a YAML text we accept; `champs` has the line, from 1."""

    def __init__(self, ligne: int, raison: str) -> None:
        super().__init__(f"YAML illisible, ligne {ligne} : {raison}.", ligne=ligne, raison=raison)


class Faute(NamedTuple):
    """What a model refuses of a text: the line, the path of the field (blank for the whole), the reason in French."""

    ligne: int
    chemin: str
    message: str


@dataclass
class TexteSitue:
    """The values of a YAML text, and the line (from 1) where each key and item begins."""

    valeurs: Any = None
    lignes: dict[Chemin, int] = field(default_factory=dict)

    def ligne(self, chemin: Chemin) -> int:
        """Return the line of that path, or of the nearest thing that contains it; steps it does not know are skipped."""
        connu: Chemin = ()
        for pas in chemin:
            if (*connu, pas) in self.lignes:
                connu = (*connu, pas)
        return self.lignes.get(connu, 1)

    def fautes(self, erreur: ValidationError, retrouver: Callable[[Chemin], Chemin] = lambda c: c) -> list[Faute]:
        """Return what pydantic refuses, in the order of the text; `retrouver` undoes what moved before it looked."""
        details = [(retrouver(tuple(detail["loc"])), detail) for detail in erreur.errors(include_url=False)]
        return sorted(Faute(self.ligne(c), chemin_lisible(c), en_francais(detail)) for c, detail in details)


def lire_yaml(texte: str) -> TexteSitue:
    """Read one YAML document, or refuse with YamlIllisible."""
    if len(texte) > TAILLE_MAX:
        raise YamlIllisible(1, f"le texte dépasse {TAILLE_MAX} caractères")
    if interdit := _INTERDIT.search(texte, pos=int(texte.startswith("\ufeff"))):
        ligne = texte.count("\n", 0, interdit.start()) + 1
        raise YamlIllisible(ligne, f"un caractère n’est pas permis (U+{ord(interdit[0]):04X})")
    situe = TexteSitue()
    try:
        situe.valeurs = _Parcours(situe, yaml.parse(texte, Loader=_ANALYSEUR)).document()
    except yaml.MarkedYAMLError as erreur:
        marque = erreur.problem_mark or erreur.context_mark
        ligne = 1 if marque is None else min(marque.line, texte.rstrip().count("\n")) + 1
        raise YamlIllisible(ligne, _raison(erreur, texte, marque)) from erreur
    return situe


_RAISONS: Final = (
    ("Unicode character escape", "un caractère n’est pas permis"),
    ("escape", "un « \\ » entre guillemets annonce un signe, et celui-ci n’existe pas"),
    ("quoted scalar", "un guillemet n’est pas refermé"),
    ("mapping values are not allowed", "un « : » est de trop, ou un retrait est faux (au besoin, guillemets)"),
    ("could not find expected ':'", "il manque un « : »"),
    ("flow", "une accolade ou un crochet n’est pas refermé, ou une virgule manque"),
    ("block", "un retrait est faux"),
)


def _raison(erreur: yaml.MarkedYAMLError, texte: str, marque: Any) -> str:
    """Say in French what the library says in English of the faults people make; some are better seen in the text."""
    signe = texte.splitlines()[marque.line : marque.line + 1] if marque is not None else []
    match signe[0][marque.column : marque.column + 1] if signe else "":
        case "\t":
            return "une tabulation est mal placée (l’indentation se fait avec des espaces)"
        case "%" | "@" | "`" as debut:
            return f"un texte qui commence par {debut} se met entre guillemets"
    dit = f"{erreur.context} {erreur.problem}"
    structure = "la structure n’est pas comprise (indentation, « : » ou guillemets)"
    return next((raison for extrait, raison in _RAISONS if extrait in dit), structure)


class _Parcours:
    """One pass over the events of a document."""

    def __init__(self, situe: TexteSitue, suite: Iterator[Any]) -> None:
        self.situe, self.suite = situe, suite

    def document(self) -> Any:
        next(self.suite)  # the beginning of the stream
        if isinstance(next(self.suite), events.StreamEndEvent):
            raise YamlIllisible(1, "le fichier est vide")
        racine = next(self.suite)
        self.situe.lignes[()] = _ligne(racine)
        valeur = self._valeur(racine, ())
        next(self.suite)  # the end of the document
        if not isinstance(suivant := next(self.suite), events.StreamEndEvent):
            raise YamlIllisible(_ligne(suivant), "un seul document est attendu")
        return valeur

    def _valeur(self, evenement: Any, chemin: Chemin) -> Any:
        ligne = _ligne(evenement)
        if isinstance(evenement, events.AliasEvent):
            raise YamlIllisible(ligne, "les alias (*) ne sont pas acceptés")
        if evenement.tag is not None:
            raise YamlIllisible(ligne, "les étiquettes (!) ne sont pas acceptées")
        if len(chemin) > PROFONDEUR_MAX:
            raise YamlIllisible(ligne, "trop de niveaux imbriqués")
        if isinstance(evenement, events.MappingStartEvent):
            return self._table(chemin)
        if isinstance(evenement, events.SequenceStartEvent):
            return self._liste(chemin)
        return _scalaire(evenement, ligne)

    def _table(self, chemin: Chemin) -> dict[str, Any]:
        table: dict[str, Any] = {}
        while not isinstance(cle := next(self.suite), events.MappingEndEvent):
            ligne = _ligne(cle)
            if not isinstance(cle, events.ScalarEvent):
                raise YamlIllisible(ligne, "une clé doit être un texte")
            nom = cle.value
            _exiger_lisible(nom, ligne)
            if nom in table:
                premiere = self.situe.lignes[(*chemin, nom)]
                raise YamlIllisible(ligne, f"la clé « {nom} » est déjà donnée ligne {premiere}")
            self.situe.lignes[(*chemin, nom)] = ligne
            table[nom] = self._valeur(next(self.suite), (*chemin, nom))
        return table

    def _liste(self, chemin: Chemin) -> list[Any]:
        liste: list[Any] = []
        while not isinstance(element := next(self.suite), events.SequenceEndEvent):
            ici = (*chemin, len(liste))
            self.situe.lignes[ici] = _ligne(element)
            liste.append(self._valeur(element, ici))
        return liste


def _ligne(evenement: Any) -> int:
    return int(evenement.start_mark.line) + 1


def _exiger_lisible(texte: str, ligne: int) -> None:
    """Refuse what a quoted text can write and a file may not hold: a control, half a character."""
    defaut = defaut_de_texte(texte)
    if defaut is not None:
        raise YamlIllisible(ligne, defaut)


def _scalaire(evenement: Any, ligne: int) -> str | int | float | bool | None:
    texte: str = evenement.value
    _exiger_lisible(texte, ligne)
    if not evenement.implicit[0]:  # quoted, or in a block: a text
        return texte
    if texte in _MOTS:
        return _MOTS[texte]
    try:
        if _ENTIER.fullmatch(texte):
            return int(texte)
        if _DECIMAL.fullmatch(texte) and isfinite(lu := float(texte)):
            return lu
    except ValueError as erreur:  # thousands of digits
        raise YamlIllisible(ligne, f"« {texte[:40]} » n’est pas une valeur lisible") from erreur
    return texte
