"""Reads what a caller typed into a model, and says in French what is wrong, field by field."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from application.commandes import FichierRecu
from dispositifs.erreurs import en_francais
from kernel.attentes import Role
from kernel.refus import Refus, SaisieInvalide
from kernel.textes import enumerer, exiger_textes_lisibles

M = TypeVar("M", bound=BaseModel)


class FichierTropVolumineux(Refus, code="fichier_trop_volumineux"):
    """A file is over the size the service takes."""


def exiger_taille(fichier: FichierRecu, maximum: int) -> None:
    """Let a file pass, or refuse with FichierTropVolumineux; its door reads one byte too many, not all of it."""
    if len(fichier.contenu) > maximum:
        raise FichierTropVolumineux(
            f"Le fichier « {fichier.nom} » pèse plus de {maximum} octets, le maximum.",
            fichier=fichier.nom,
            maximum=maximum,
        )


def lire(modele: type[M], donnees: Any) -> M:
    """Return the model, or refuse with SaisieInvalide: one sentence per wrong field."""
    exiger_textes_lisibles(donnees, signes_max=None)
    try:
        lu = modele.model_validate(donnees)
    except ValidationError as erreur:
        erreurs = [
            {"champ": ".".join(map(str, e["loc"])), "message": en_francais(e)} for e in erreur.errors(include_url=False)
        ]
        phrases = " ; ".join(f"{e['champ'] or '(document)'} : {e['message']}" for e in erreurs[:5])
        raise SaisieInvalide(f"Saisie invalide — {phrases}.", erreurs=erreurs) from None
    # their length is judged once read: a list of a thousand numbers is no long text
    exiger_textes_lisibles(vars(lu))
    return lu


def premiere_raison(erreur: ValidationError) -> str:
    """Return the first thing wrong, without the value, which whoever typed it sees."""
    return en_francais({**erreur.errors(include_url=False)[0], "input": None})


def lire_json(fichier: FichierRecu) -> Any:
    """Return a JSON document, or refuse with SaisieInvalide naming the line, or the key given twice."""
    texte = texte_utf8(fichier)
    try:
        document = json.loads(texte, object_pairs_hook=_sans_doublon, parse_constant=_refuser_constante)
    except json.JSONDecodeError as erreur:
        raise _json_illisible(fichier, f"ligne {erreur.lineno}", ligne=erreur.lineno) from None
    except RecursionError:
        raise _json_illisible(fichier, "trop d’imbrications") from None
    except ValueError as erreur:  # a key given twice, NaN, or a number of thousands of digits
        raison = str(erreur) if isinstance(erreur, _JsonInacceptable) else "un nombre a trop de chiffres"
        raise _json_illisible(fichier, raison) from None
    exiger_textes_lisibles(document)
    return document


class _JsonInacceptable(ValueError):
    """JSON the library reads and we do not: its message is French."""


def _sans_doublon(paires: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key given twice: which of the two values was meant is not ours to guess."""
    table: dict[str, Any] = {}
    for cle, valeur in paires:
        if cle in table:
            raise _JsonInacceptable(f"la clé « {cle[:60]} » est donnée deux fois")
        table[cle] = valeur
    return table


def _refuser_constante(nom: str) -> Any:
    raise _JsonInacceptable(f"{nom} n’est pas une valeur")


def _json_illisible(fichier: FichierRecu, raison: str, **champs: Any) -> SaisieInvalide:
    return SaisieInvalide(
        f"{fichier.nom} n’est pas un document JSON lisible ({raison}).", fichier=fichier.nom, **champs
    )


def texte_utf8(fichier: FichierRecu) -> str:
    """Return the text of a file, or refuse with SaisieInvalide when it is not UTF-8."""
    try:
        return fichier.contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SaisieInvalide(f"{fichier.nom} n’est pas un texte UTF-8.", fichier=fichier.nom) from None


def lire_roles(noms: Sequence[str]) -> tuple[Role, ...]:
    """Return roles from their names, or refuse with SaisieInvalide listing those that exist."""
    connus = {role.value: role for role in Role if role is not Role.SYSTEME}
    inconnus = [nom for nom in noms if nom not in connus]
    if inconnus or not noms:
        raise SaisieInvalide(
            f"Rôle inconnu : {enumerer(inconnus) or '(aucun)'}. Rôles : {', '.join(connus)}.", roles=inconnus
        )
    return tuple(connus[nom] for nom in noms)
