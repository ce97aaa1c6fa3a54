"""What the library of the command line says in English, in French: help pages and usage errors."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import typer
from pydantic import ValidationError
from typer.core import TyperCommand, TyperGroup

from cli.arbre import Branche, Noeud

_AIDE: Final = {"help_option_names": ["--aide", "--help", "-h"]}

_DE_L_AIDE: Final = (
    (re.compile(r"^Usage: ", re.MULTILINE), "Usage : "),
    (re.compile(r"^Arguments:$", re.MULTILINE), "Arguments :"),
    (re.compile(r"^Options:$", re.MULTILINE), "Options :"),
    (re.compile(r"^(Les? [a-zà-ÿ ]+):$", re.MULTILINE), r"\1 :"),
    (re.compile(r"Show this message and exit\."), "Afficher cette aide."),
    (re.compile(r"\[required\]"), "[obligatoire]"),
    (re.compile(r"\[default: "), "[par défaut : "),
    (re.compile(r"\bCOMMAND \[ARGS\]\.\.\."), "COMMANDE …"),
)


def _traduire(aide: str) -> str:
    for anglais, francais in _DE_L_AIDE:
        aide = anglais.sub(francais, aide)
    return aide


class CommandeEnFrancais(TyperCommand):
    """A command whose help is in French; `au_depart` is done when the program is read and the command begins.

    `acte` tells of the one that runs whether it has an id, under which it is sent again with one effect.
    """

    au_depart: ClassVar[Callable[[], object] | None] = None
    acte: ClassVar[bool] = False

    def invoke(self, ctx: Any) -> Any:
        CommandeEnFrancais.acte = any(parametre.name == "commande_id" for parametre in self.params)
        if CommandeEnFrancais.au_depart is not None:
            CommandeEnFrancais.au_depart()
        return super().invoke(ctx)

    def get_help(self, ctx: Any) -> str:
        return _traduire(super().get_help(ctx))


class Groupe(TyperGroup):
    """A group whose help is in French; its commands are built when they are asked for, and its help builds none."""

    def __init__(self, noeuds: Mapping[str, Noeud | Branche], **options: Any) -> None:
        super().__init__(no_args_is_help=True, rich_markup_mode=None, context_settings=_AIDE, **options)
        self.noeuds = noeuds
        self.commands = _Construites(noeuds)

    def get_help(self, ctx: Any) -> str:
        return _traduire(super().get_help(ctx))

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.noeuds)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a line per command, each in its panel."""
        panneaux: dict[str, list[tuple[str, str]]] = {}
        for nom, noeud in self.noeuds.items():
            panneaux.setdefault(noeud.panneau, []).append((nom, noeud.aide))
        for panneau, lignes in panneaux.items():
            with formatter.section(panneau):
                formatter.write_dl(lignes)


class _Construites(dict[str, Any]):
    """The commands of a group, by name: one that was not asked for is not built."""

    def __init__(self, noeuds: Mapping[str, Noeud | Branche]) -> None:
        super().__init__()
        self._noeuds = noeuds

    def get(self, nom: str, defaut: Any = None) -> Any:
        """Return a command, built once."""
        if nom not in self and nom in self._noeuds:
            self[nom] = construire(nom, self._noeuds[nom])
        return super().get(nom, defaut)

    def keys(self) -> Any:
        """Return every name: what is mistyped is compared with them."""
        return self._noeuds.keys()


def construire(nom: str, noeud: Noeud | Branche) -> Any:
    """Return the command, or the group, that a node of the tree describes."""
    if isinstance(noeud, Branche):
        return Groupe(noeud, name=nom, help=noeud.aide, short_help=noeud.aide)
    seule = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    seule.command(
        nom,
        cls=CommandeEnFrancais,
        help=noeud.aide,
        short_help=noeud.aide,
        context_settings=_AIDE,
        epilog=noeud.exemple,
    )(noeud.fonction())
    return typer.main.get_command(seule)


def dire_l_usage(erreur: typer.TyperException) -> str:
    """Return a usage error in one French sentence; what has no translation is quoted."""
    option = getattr(erreur, "option_name", None)
    parametre = getattr(erreur, "param", None)
    est_une_option = parametre is not None and parametre.param_type_name == "option"
    nom = "" if parametre is None else parametre.opts[0] if est_une_option else parametre.metavar or parametre.name
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
            return f"Valeur impossible pour {nom} : {_raison(erreur)}."
    return _phrase(erreur.message)


def _raison(erreur: typer.TyperException) -> str:
    """Return why a value is not of its kind; pydantic judged it, for the library."""
    from application.saisie import premiere_raison  # only a usage error pays for it

    cause = erreur.__cause__
    return premiere_raison(cause) if isinstance(cause, ValidationError) else erreur.message


def _phrase(message: str) -> str:
    if inconnue := re.fullmatch(r"No such command ['\"](.*?)['\"]\.(?: Did you mean (.*)\?)?", message, re.DOTALL):
        proche = f" Proches : {re.sub('[^a-z, -]', '', inconnue[2])}." if inconnue[2] else ""
        return f"La commande « {inconnue[1]} » n’existe pas.{proche}"
    if de_trop := re.fullmatch(r"Got unexpected extra argument\(s\) \((.*)\)", message, re.DOTALL):
        return f"De trop sur la ligne : {de_trop[1]}."
    return "Il manque le nom d’une commande." if message == "Missing command." else message
