"""What a typed text may hold: only what can be kept, shown and sent anywhere; how two are alike; how a count is said."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from unicodedata import category, combining, normalize

from kernel.refus import SaisieInvalide
from kernel.signes import INTERDITS

SIGNES_MAX: Final = 10_000
"""Signs of one text, some four pages: a choice of ours. What is longer is a pièce."""

MONTREES: Final = 10
"""Values that a sentence names; the others are counted."""

_MEMES: Final = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"}
    | dict.fromkeys("’‘‛ʼʻ′´`", "'")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
)
"""Signs that Unicode keeps apart and readers do not."""


def defaut_de_texte(texte: str, signes_max: int | None = SIGNES_MAX) -> str | None:
    """Return why a text cannot be kept, in French, None when it can; a blank one is for the field to judge."""
    if not texte.isprintable():  # most are: neither what is forbidden nor what is invisible is, but for the space
        interdit = INTERDITS.search(texte)
        if interdit is not None:
            return f"un caractère n’est pas permis (U+{ord(interdit[0]):04X})"
        if texte.strip() and all(category(signe)[0] in "ZC" for signe in texte):
            return "le texte n’a aucun signe visible"
    if signes_max is not None and len(texte) > signes_max:
        return f"le texte dépasse {signes_max} caractères"
    return None


def sans_accents(texte: str) -> str:
    """Return what two writings of the same words have in common, on both sides of every search.

    Neither case, accents, ligatures, the shape of apostrophes, runs of spaces nor invisible signs tell them apart.
    """
    decompose = normalize("NFKD", texte.translate(_MEMES)).casefold()
    return " ".join("".join(signe for signe in decompose if not combining(signe)).split())


def compte(nombre: int, *mots: str) -> str:
    """Return "1 dossier inscrit", "2 dossiers inscrits": words that take an s when there are several."""
    return " ".join([str(nombre), *(f"{mot}s" if nombre > 1 else mot for mot in mots)])


_MOIS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def en_toutes_lettres(jour: date) -> str:
    """Return "1er juin 2026", with spaces that do not break."""
    return f"{'1er' if jour.day == 1 else jour.day}\u00a0{_MOIS[jour.month - 1]}\u00a0{jour.year}"


def de(nom: str) -> str:
    """Return "de Roubaix", "d’investissement", "du service financier": "de" before a name, as it is said."""
    for article, contracte in (("le ", "du "), ("les ", "des ")):
        if nom.startswith(article):
            return contracte + nom[len(article) :]
    return f"d’{nom}" if sans_accents(nom)[:1] in tuple("aeiou") else f"de {nom}"


def enumerer(valeurs: Sequence[str]) -> str:
    """Return "a, b, c", the first ten and how many others: a list that somebody gives may have a hundred thousand."""
    dites, autres = ", ".join(valeurs[:MONTREES]), len(valeurs) - MONTREES
    return dites if autres <= 0 else f"{dites} et {compte(autres, 'autre')}"


def exiger_textes_lisibles(valeur: Any, nom: str = "", *, signes_max: int | None = SIGNES_MAX) -> None:
    """Let a text pass, or every text and key of a document, or refuse with SaisieInvalide naming the field."""
    # no recursion: the depth is the caller's; a path is put into words for the field that is wrong only
    restent: list[tuple[_Chemin, Any]] = [((None, nom), valeur)]
    while restent:
        chemin, lu = restent.pop()
        if isinstance(lu, str):
            defaut = defaut_de_texte(lu, signes_max)
            if defaut is not None:
                champ = _dire(chemin)
                ou = champ if defaut_de_texte(champ) is None else "(clé)"
                erreur = {"champ": ou, "message": defaut}
                raise SaisieInvalide(f"Saisie invalide — {f'{ou} : ' if ou else ''}{defaut}.", erreurs=[erreur])
        elif isinstance(lu, dict):
            for cle, suite in lu.items():
                ici = (chemin, cle)
                restent += [(ici, cle), (ici, suite)]
        elif isinstance(lu, list | tuple):
            restent += [((chemin, rang), suite) for rang, suite in enumerate(lu)]


_Chemin = tuple[Any, Any]
"""The path of what contains it (None at the top), and its own key or rank."""


def _dire(chemin: _Chemin) -> str:
    parties: list[str] = []
    reste: _Chemin | None = chemin
    while reste is not None:
        reste, cle = reste
        parties.append(str(cle))
    return ".".join(reversed(parties)).removeprefix(".")
