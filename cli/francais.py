"""What the library of the command line says in English, in French: help pages and usage errors."""

import re
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

_DE_L_AIDE: Final = (
    (re.compile(r"^Usage: ", re.MULTILINE), "Usage : "),
    (re.compile(r"^Arguments:$", re.MULTILINE), "Arguments :"),
    (re.compile(r"^Options:$", re.MULTILINE), "Options :"),
    (re.compile(r"^Commands:$", re.MULTILINE), "Commandes :"),
    (re.compile(r"Show this message and exit\."), "Afficher cette aide."),
    (re.compile(r"\[required\]"), "[obligatoire]"),
    (re.compile(r"\[default: "), "[par défaut : "),
    (re.compile(r"\bCOMMAND \[ARGS\]\.\.\."), "COMMANDE …"),
)


def _traduire(aide: str) -> str:
    for anglais, francais in _DE_L_AIDE:
        aide = anglais.sub(francais, aide)
    return aide


class _Commande(TyperCommand):
    def get_help(self, ctx: Any) -> str:
        return _traduire(super().get_help(ctx))


class _Groupe(TyperGroup):
    def get_help(self, ctx: Any) -> str:
        return _traduire(super().get_help(ctx))


class Ligne(typer.Typer):
    """A group of commands whose help is in French."""

    def __init__(self, **options: Any) -> None:
        options = {"no_args_is_help": True, "rich_markup_mode": None, **options}
        super().__init__(cls=_Groupe, context_settings={"help_option_names": ["--aide", "--help", "-h"]}, **options)

    def command(self, name: str | None = None, *, help: str | None = None, **options: Any) -> Any:
        """Add a command; its line in the help of its group is never cut short."""
        return super().command(name, cls=_Commande, help=help, short_help=help, **options)


def dire_l_usage(erreur: typer.TyperException) -> str:
    """Return a usage error in one French sentence; what has no translation is quoted."""
    option = getattr(erreur, "option_name", None)
    parametre = getattr(erreur, "param", None)
    nom = (
        "" if parametre is None else (next(iter(parametre.opts[:1]), "") if _nommee(parametre) else _libelle(parametre))
    )
    match type(erreur).__name__:
        case "MissingParameter":
            return f"Il manque {nom}."
        case "NoSuchOption":
            proches = ", ".join(sorted(getattr(erreur, "possibilities", None) or ()))
            return f"L’option {option} n’existe pas" + (f" (proches : {proches})." if proches else ".")
        case "BadOptionUsage":
            sans = "does not take a value" in erreur.message
            return f"L’option {option} ne prend pas de valeur." if sans else f"L’option {option} attend une valeur."
        case "BadParameter":
            return f"Valeur impossible pour {nom} : {_raison(erreur.message)}."
    return _phrase(erreur.message)


def _nommee(parametre: Any) -> bool:
    return bool(parametre.param_type_name == "option")


def _libelle(parametre: Any) -> str:
    return str(parametre.metavar or parametre.name)


def _raison(message: str) -> str:
    """Return the reason pydantic gives a value that is not of its kind."""
    if "valid integer" in message:
        return "un nombre entier est attendu"
    if "valid number" in message:
        return "un nombre est attendu"
    if borne := re.search(r"(greater|less) than(?: or equal to)? (\S+)", message):
        return f"{'au moins' if borne[1] == 'greater' else 'au plus'} {borne[2]} est attendu"
    return message


def _phrase(message: str) -> str:
    if inconnue := re.fullmatch(r"No such command ['\"](.*?)['\"]\.(?: Did you mean (.*)\?)?", message, re.DOTALL):
        proche = f" Proches : {re.sub('[^a-z, -]', '', inconnue[2])}." if inconnue[2] else ""
        return f"La commande « {inconnue[1]} » n’existe pas.{proche}"
    if de_trop := re.fullmatch(r"Got unexpected extra argument\(s\) \((.*)\)", message, re.DOTALL):
        return f"De trop sur la ligne : {de_trop[1]}."
    return "Il manque le nom d’une commande." if message == "Missing command." else message
