"""What a file says, typed in its form: one looks at it there before it is recorded, and may correct it."""

from collections.abc import Iterable, Iterator
from typing import Any

from application.commandes import FichierRecu
from web.formulaire.champs import ChampDeGeste, GenreDeChamp
from web.formulaire.saisie import FormulaireRempli

Case = tuple[str, tuple[Any, ...]]


def remplir(champs: Iterable[ChampDeGeste], commande: Any) -> FormulaireRempli:
    """Return the form filled as a person would have for that command."""
    cases = list(_cases(champs, commande, ""))
    textes = {chemin: valeurs for chemin, valeurs in cases if not isinstance(valeurs[0], FichierRecu)}
    return FormulaireRempli(textes, {chemin: valeurs for chemin, valeurs in cases if chemin not in textes})


def _cases(champs: Iterable[ChampDeGeste], modele: Any, prefixe: str) -> Iterator[Case]:
    for champ in champs:
        valeur = getattr(modele, champ.nom)
        if valeur is not None and valeur not in ((), {}, "", False):
            yield from _case(champ, valeur, f"{prefixe}.{champ.nom}".removeprefix("."))


def _case(champ: ChampDeGeste, valeur: Any, chemin: str) -> Iterator[Case]:
    match champ.genre:
        case GenreDeChamp.GROUPE:
            yield from _cases(champ.champs, valeur, chemin)
        case GenreDeChamp.RANGS:
            for rang, ligne in enumerate(valeur):
                yield from _cases(champ.champs, ligne, f"{chemin}.{rang}")
        case GenreDeChamp.DICO:
            yield from ((f"{chemin}.{code}", (texte,)) for code, texte in valeur.items())
        case GenreDeChamp.SUITE:
            yield from ((f"{chemin}.{rang}", (texte,)) for rang, texte in enumerate(valeur))
        case GenreDeChamp.CASES:
            yield chemin, tuple(map(str, valeur))
        case GenreDeChamp.LISTE:
            yield chemin, ("\n".join(map(str, valeur)),)
        case GenreDeChamp.EUROS | GenreDeChamp.POURCENT:
            yield chemin, (f"{'-' * (valeur < 0)}{abs(valeur) // 100},{abs(valeur) % 100:02d}",)
        case GenreDeChamp.FICHIER:
            yield chemin, (valeur,)
        case _:
            yield chemin, ("oui" if valeur is True else str(valeur),)
