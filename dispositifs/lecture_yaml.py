"""Read a YAML text with the line of everything in it, and without YAML's surprises. Only this module knows the library.

Kept: mappings, lists, texts, integers, decimals, yes/no, null. A date stays the text that was typed, so that an
impossible one is refused with its line by whoever expects a date. Refused: a key given twice, an alias (one line that
stands for thousands), a tag, a second document.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kernel.refus import Refus
from kernel.textes import defaut_de_texte

TAILLE_MAX: Final = 1_000_000
"""Characters. Our choice: a campaign file has a few thousand."""

PROFONDEUR_MAX: Final = 20

_SCALAIRES: Final = frozenset({"str", "int", "float", "bool", "null", "timestamp"})
_MARQUE: Final = "tag:yaml.org,2002:"

Chemin = tuple[str | int, ...]


class YamlIllisible(Refus):
    """Not a YAML text we accept; `champs` has the line, from 1."""

    code = "yaml_illisible"

    def __init__(self, ligne: int, raison: str) -> None:
        super().__init__(f"YAML illisible, ligne {ligne} : {raison}.", ligne=ligne, raison=raison)


@dataclass
class TexteSitue:
    """The values of a YAML text, and the line (from 1) where each key and item begins."""

    valeurs: Any = None
    lignes: dict[Chemin, int] = field(default_factory=dict)

    def ligne(self, chemin: Chemin) -> int:
        """Return the line of that path, or of the nearest thing that contains it."""
        while chemin and chemin not in self.lignes:
            chemin = chemin[:-1]
        return self.lignes.get(chemin, 1)


def lire_yaml(texte: str) -> TexteSitue:
    """Read one YAML document, or refuse with YamlIllisible."""
    if len(texte) > TAILLE_MAX:
        raise YamlIllisible(1, f"le texte dépasse {TAILLE_MAX} caractères")
    try:
        racine = yaml.compose(texte, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as erreur:
        ligne = texte.count("\n", 0, erreur.position) + 1
        raise YamlIllisible(ligne, "un caractère n’est pas permis") from erreur
    except yaml.MarkedYAMLError as erreur:
        marque = erreur.problem_mark or erreur.context_mark
        raise YamlIllisible(1 if marque is None else marque.line + 1, _raison(erreur)) from erreur
    except RecursionError as erreur:
        raise YamlIllisible(1, "trop de niveaux imbriqués") from erreur
    if racine is None:
        raise YamlIllisible(1, "le fichier est vide")
    situe = TexteSitue()
    situe.lignes[()] = racine.start_mark.line + 1
    situe.valeurs = _Lecture(situe).valeur(racine, ())
    return situe


_RAISONS: Final = (
    ("expected a single document", "un seul document est attendu"),
    ("'\\t'", "une tabulation est mal placée (l’indentation se fait avec des espaces)"),
    ("mapping values are not allowed", "un « : » est mal placé (mettez le texte entre guillemets)"),
    ("undefined alias", "les alias ne sont pas acceptés"),
    ("quoted scalar", "un guillemet n’est pas refermé"),
    ("flow", "une accolade ou un crochet n’est pas refermé, ou une virgule manque"),
)


def _raison(erreur: yaml.MarkedYAMLError) -> str:
    dit = f"{erreur.context} {erreur.problem}"
    structure = "la structure n’est pas comprise (indentation, « : » ou guillemets)"
    return next((raison for extrait, raison in _RAISONS if extrait in dit), structure)


def _exiger_lisible(texte: str, ligne: int) -> None:
    """Refuse what a quoted text can write and a file may not hold: a control, half a character."""
    defaut = defaut_de_texte(texte)
    if defaut is not None:
        raise YamlIllisible(ligne, defaut)


class _Lecture:
    """One walk over the nodes of a document."""

    def __init__(self, situe: TexteSitue) -> None:
        self.situe = situe
        self.vus: set[int] = set()
        self.constructeur = yaml.constructor.SafeConstructor()

    def valeur(self, noeud: Node, chemin: Chemin) -> Any:
        ligne = noeud.start_mark.line + 1
        if id(noeud) in self.vus:
            raise YamlIllisible(self.situe.ligne(chemin), "les alias ne sont pas acceptés")
        self.vus.add(id(noeud))
        if len(chemin) > PROFONDEUR_MAX:
            raise YamlIllisible(ligne, "trop de niveaux imbriqués")
        match noeud:
            case MappingNode(tag="tag:yaml.org,2002:map"):
                return self._table(noeud, chemin)
            case SequenceNode(tag="tag:yaml.org,2002:seq"):
                return [self._element(element, (*chemin, rang)) for rang, element in enumerate(noeud.value)]
            case ScalarNode() if noeud.tag.removeprefix(_MARQUE) in _SCALAIRES:
                return self._scalaire(noeud, ligne)
        raise YamlIllisible(ligne, "les étiquettes « ! » ne sont pas acceptées")

    def _table(self, noeud: MappingNode, chemin: Chemin) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for cle, valeur in noeud.value:
            ligne = cle.start_mark.line + 1
            if not isinstance(cle, ScalarNode):
                raise YamlIllisible(ligne, "une clé doit être un texte")
            nom = str(cle.value)
            _exiger_lisible(nom, ligne)
            if nom in table:
                premiere = self.situe.lignes[(*chemin, nom)]
                raise YamlIllisible(ligne, f"la clé « {nom} » est déjà donnée ligne {premiere}")
            self.situe.lignes[(*chemin, nom)] = ligne
            table[nom] = self.valeur(valeur, (*chemin, nom))
        return table

    def _element(self, noeud: Node, chemin: Chemin) -> Any:
        self.situe.lignes[chemin] = noeud.start_mark.line + 1
        return self.valeur(noeud, chemin)

    def _scalaire(self, noeud: ScalarNode, ligne: int) -> Any:
        _exiger_lisible(noeud.value, ligne)
        if noeud.tag == f"{_MARQUE}timestamp":
            return noeud.value
        try:
            return self.constructeur.construct_object(noeud)
        except (ValueError, KeyError, yaml.YAMLError) as erreur:
            raise YamlIllisible(ligne, f"« {noeud.value[:40]} » n’est pas une valeur lisible") from erreur
