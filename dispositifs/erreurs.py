"""What pydantic found wrong, in French, and where, as the person who typed it would say it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_PHRASES: Final = {
    "missing": "champ manquant",
    "extra_forbidden": "champ inconnu (faute de frappe ?)",
    "int_type": "un nombre entier est attendu, sans guillemets, ni zéro devant, ni décimales",
    "int_parsing": "un nombre entier est attendu",
    "int_parsing_size": "le nombre a trop de chiffres",
    "int_from_float": "un nombre entier est attendu",
    "float_type": "un nombre est attendu",
    "float_parsing": "un nombre est attendu",
    "finite_number": "un nombre entier est attendu",
    "string_type": "un texte est attendu (mettez-le entre guillemets)",
    "bool_parsing": "true ou false est attendu",
    "bool_type": "true ou false est attendu",
    "string_pattern_mismatch": "forme inattendue : {pattern}",
    "string_too_short": "le texte est vide",
    "string_too_long": "le texte dépasse {max_length} caractères",
    "greater_than": "plus de {gt} est attendu",
    "greater_than_equal": "au moins {ge} est attendu",
    "less_than_equal": "au plus {le} est attendu",
    "tuple_type": "une liste est attendue",
    "list_type": "une liste est attendue",
    "too_short": "au moins un élément est attendu",
    "too_long": "au plus {max_length} éléments sont attendus",
    "dict_type": "un bloc de champs « nom: valeur » est attendu",
    "model_type": "un bloc de champs « nom: valeur » est attendu",
    "uuid_parsing": "un identifiant UUID est attendu",
    "literal_error": "une de ces valeurs est attendue : {expected}",
    "enum": "une de ces valeurs est attendue : {expected}",
    "value_error": "{error}",
}


def en_francais(erreur: Mapping[str, Any]) -> str:
    """Return the French sentence of one pydantic error, without its full stop, and the value typed when it is short."""
    phrase = _PHRASES.get(erreur["type"], "valeur inattendue")
    contexte = {cle: _mot(valeur) for cle, valeur in (erreur.get("ctx") or {}).items()}
    return phrase.format(**contexte) + _recu(erreur)


def chemin_lisible(chemin: Sequence[str | int]) -> str:
    """Return "reglement.pieces[0].code"; what pydantic says of its own way there is no step of it."""
    pas_lus = (pas for pas in chemin if pas not in {"str", "int", "[key]"} and not str(pas).startswith("literal["))
    return "".join(f"[{pas}]" if isinstance(pas, int) else f".{pas}" for pas in pas_lus).removeprefix(".")


def _mot(valeur: object) -> str:
    return str(valeur).replace(" or ", " ou ")


def _recu(erreur: Mapping[str, Any]) -> str:
    valeur = erreur.get("input")
    if erreur["type"] in {"missing", "extra_forbidden", "value_error", "string_too_short", "string_too_long"}:
        return ""
    if isinstance(valeur, bool) or not isinstance(valeur, str | int | float) or len(str(valeur)) > 60:
        return ""
    return f" (lu : « {valeur} »)"
