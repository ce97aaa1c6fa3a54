"""YAML written by people: read with the line of every value, refusing duplicate keys and aliases."""

from dataclasses import dataclass
from typing import Any

import yaml

Chemin = tuple[str | int, ...]
RAISONS = {
    "quoted scalar": "un guillemet n’est pas refermé",
    "'\\t'": "une tabulation au lieu d’espaces",
    "'%'": "un texte qui commence par % se met entre guillemets",
    "',' or '}'": "il manque une virgule ou une accolade fermante",
    "',' or ']'": "il manque une virgule ou un crochet fermant",
    "could not find expected ':'": "il manque un deux-points",
    "mapping values are not allowed": "un deux-points de trop, ou un retrait faux",
    "block mapping": "un retrait faux",
    "block collection": "un retrait faux",
}


class YamlIllisible(Exception):
    """The text is not YAML we accept; the line is known."""

    def __init__(self, message: str, ligne: int) -> None:
        super().__init__(message)
        self.message, self.ligne = message, ligne


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a YAML text, and where each part of it stands."""

    valeur: Any
    lignes: dict[Chemin, int]

    def ligne(self, chemin: tuple[Any, ...]) -> int:
        """Return the line of a path, or of its nearest known ancestor; unknown steps of the path are skipped."""
        connu: Chemin = ()
        for pas in chemin:
            if (*connu, pas) in self.lignes:
                connu = (*connu, pas)
        return self.lignes[connu]


def lire_yaml(texte: str) -> Document:
    """Read one document made of plain values, lists and mappings.

    Raises:
        YamlIllisible: A syntax error, a duplicate key, an alias, a tag, or nothing at all.
    """
    try:
        alias = next((jeton for jeton in yaml.scan(texte) if isinstance(jeton, yaml.AliasToken)), None)
        if alias is not None:
            raise YamlIllisible("Les alias (*) ne sont pas acceptés", alias.start_mark.line + 1)
        chargeur = yaml.SafeLoader(texte)
        racine = chargeur.get_single_node()
        if racine is None:
            raise YamlIllisible("Le fichier est vide", 1)
        lignes: dict[Chemin, int] = {}
        return Document(_valeur(chargeur, racine, (), lignes), lignes)
    except (yaml.YAMLError, ValueError, RecursionError) as erreur:
        marque = getattr(erreur, "problem_mark", None) or getattr(erreur, "context_mark", None)
        ligne = marque.line + 1 if marque else texte.count("\n", 0, getattr(erreur, "position", 0)) + 1
        raise YamlIllisible(f"Ce n’est pas du YAML bien formé{_raison(erreur)}", ligne) from erreur


def _raison(erreur: Exception) -> str:
    """Say in French what the library says in English of the faults people make."""
    dit = f"{getattr(erreur, 'context', '')} {getattr(erreur, 'problem', '')}"
    return next((f" ({francais})" for anglais, francais in RAISONS.items() if anglais in dit), "")


def _valeur(chargeur: yaml.SafeLoader, noeud: yaml.Node, chemin: Chemin, lignes: dict[Chemin, int]) -> Any:
    ligne = noeud.start_mark.line + 1
    if chemin in lignes:
        raise YamlIllisible(f"La clé « {chemin[-1]} » est donnée deux fois", ligne)
    if len(chemin) > 20:
        raise YamlIllisible("Trop de niveaux", ligne)
    lignes[chemin] = ligne
    if isinstance(noeud, yaml.MappingNode):
        return {
            cle: _valeur(chargeur, valeur, (*chemin, cle), lignes)
            for cle_noeud, valeur in noeud.value
            for cle in [_cle(chargeur, cle_noeud)]
        }
    if isinstance(noeud, yaml.SequenceNode):
        return [_valeur(chargeur, valeur, (*chemin, i), lignes) for i, valeur in enumerate(noeud.value)]
    return chargeur.construct_object(noeud)


def _cle(chargeur: yaml.SafeLoader, noeud: yaml.Node) -> str | int:
    cle = chargeur.construct_object(noeud) if isinstance(noeud, yaml.ScalarNode) else None
    if isinstance(cle, bool) or not isinstance(cle, str | int):
        raise YamlIllisible("Une clé doit être un texte (entre guillemets au besoin)", noeud.start_mark.line + 1)
    return cle
