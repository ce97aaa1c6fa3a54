"""Reads what a caller typed into a model, and says in French what is wrong, field by field."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from application.commandes import Piece
from kernel.attentes import Role
from kernel.refus import SaisieInvalide

M = TypeVar("M", bound=BaseModel)

_MESSAGES = {
    "missing": "champ obligatoire absent",
    "extra_forbidden": "champ inconnu",
    "int_type": "un nombre entier est attendu",
    "int_parsing": "un nombre entier est attendu",
    "int_from_float": "un nombre entier est attendu (montants en centimes)",
    "string_type": "un texte est attendu",
    "string_too_short": "texte trop court",
    "string_too_long": "texte trop long",
    "date_from_datetime_parsing": "date attendue sous la forme AAAA-MM-JJ",
    "date_parsing": "date attendue sous la forme AAAA-MM-JJ",
    "date_type": "date attendue sous la forme AAAA-MM-JJ",
    "date_from_datetime_inexact": "date attendue sous la forme AAAA-MM-JJ",
    "uuid_parsing": "identifiant UUID attendu",
    "enum": "valeur inconnue",
    "literal_error": "valeur inconnue",
    "list_type": "une liste est attendue",
    "tuple_type": "une liste est attendue",
    "model_type": "un objet est attendu",
    "dict_type": "un objet est attendu",
    "greater_than": "valeur trop petite",
    "greater_than_equal": "valeur trop petite",
    "less_than_equal": "valeur trop grande",
}


def lire(modele: type[M], donnees: Any) -> M:
    """Return the model, or refuse with SaisieInvalide: one sentence per wrong field."""
    try:
        return modele.model_validate(donnees)
    except ValidationError as erreur:
        erreurs = [
            {
                "champ": ".".join(str(partie) for partie in e["loc"]),
                "message": _MESSAGES.get(e["type"], "valeur non admise"),
            }
            for e in erreur.errors(include_url=False, include_input=False)
        ]
        phrases = " ; ".join(f"{e['champ'] or '(document)'} : {e['message']}" for e in erreurs[:5])
        raise SaisieInvalide(f"Saisie invalide — {phrases}.", erreurs=erreurs) from None


def lire_json(contenu: bytes, nom: str) -> Any:
    """Return a JSON document, or refuse with SaisieInvalide naming the line."""
    try:
        return json.loads(contenu.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SaisieInvalide(f"{nom} n’est pas un texte UTF-8.", fichier=nom) from None
    except json.JSONDecodeError as erreur:
        raise SaisieInvalide(
            f"{nom} n’est pas un document JSON lisible (ligne {erreur.lineno}).", fichier=nom, ligne=erreur.lineno
        ) from None
    except RecursionError:
        raise SaisieInvalide(f"{nom} n’est pas un document JSON lisible (trop d’imbrications).", fichier=nom) from None


def texte_utf8(piece: Piece) -> str:
    """Return the text of a file, or refuse with SaisieInvalide when it is not UTF-8."""
    try:
        return piece.contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SaisieInvalide(f"{piece.nom} n’est pas un texte UTF-8.", fichier=piece.nom) from None


def lire_roles(noms: Sequence[str]) -> tuple[Role, ...]:
    """Return roles from their names, or refuse with SaisieInvalide listing those that exist."""
    connus = {role.value: role for role in Role if role is not Role.SYSTEME}
    inconnus = [nom for nom in noms if nom not in connus]
    if inconnus or not noms:
        raise SaisieInvalide(
            f"Rôle inconnu : {', '.join(inconnus) or '(aucun)'}. Rôles : {', '.join(connus)}.", roles=inconnus
        )
    return tuple(connus[nom] for nom in noms)
