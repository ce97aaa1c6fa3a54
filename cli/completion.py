"""`diligence completion`: a script for the shell, in which every command and option is written: to complete starts nothing."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

import typer

from cli.arbre import RACINE, Branche
from cli.francais import Groupe
from cli.sortie import ecrire, refus_dits
from kernel.refus import SaisieInvalide

_BASH: Final = """_diligence() {{
    local mot="${{COMP_WORDS[COMP_CWORD]}}" un="${{COMP_WORDS[1]}}" deux="${{COMP_WORDS[2]}}" mots=""
    if [ "$COMP_CWORD" -eq 1 ]; then
        mots="{racine}"
    else
        case "$un" in
{groupes}
        esac
        if [ -z "$mots" ]; then
            case "$mot" in
            -*) case "$un $deux" in
{options}
                esac ;;
            esac
        fi
    fi
    COMPREPLY=($(compgen -W "$mots" -- "$mot"))
}}
complete -o default -F _diligence diligence"""
"""`default`: where there is no word to propose, the shell proposes files."""
_ZSH: Final = "autoload -Uz compinit bashcompinit && compinit && bashcompinit\n"


def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh ou fish")],
) -> None:
    """Print the script of a shell."""
    scripts = {"bash": _bash, "zsh": lambda: _ZSH + _bash(), "fish": _fish}
    with refus_dits(en_json=False):
        if shell not in scripts:
            raise SaisieInvalide(f"Aucun script pour « {shell} » : {', '.join(scripts)}.", shell=shell)
        ecrire(scripts[shell]())


def _commandes() -> Iterator[tuple[str, Any]]:
    """Yield each command of the tree by its line, built."""
    arbre = Groupe(RACINE)
    for nom in RACINE:
        commande: Any = arbre.commands.get(nom)
        if isinstance(commande, Groupe):
            yield from ((f"{nom} {sous}", commande.commands.get(sous)) for sous in commande.noeuds)
        else:
            yield nom, commande


def _options(commande: Any) -> list[str]:
    longues = [option for parametre in commande.params for option in parametre.opts if option.startswith("--")]
    return sorted([*longues, "--aide"])


def _bash() -> str:
    commandes = dict(_commandes())
    groupes = [
        f'        {nom}) [ "$COMP_CWORD" -eq 2 ] && mots="{" ".join(noeud)}" ;;'
        for nom, noeud in RACINE.items()
        if isinstance(noeud, Branche)
    ]
    options = [
        f'            "{ligne}"{"" if " " in ligne else "*"}) mots="{" ".join(_options(commande))}" ;;'
        for ligne, commande in commandes.items()
    ]
    racine = " ".join([*RACINE, "--aide", "--version"])
    return _BASH.format(racine=racine, groupes="\n".join(groupes), options="\n".join(options))


def _fish() -> str:
    lignes = [_fish_dit("__fish_use_subcommand", f"-f -a {nom}", noeud.aide) for nom, noeud in RACINE.items()]
    noms = {nom: list(noeud) for nom, noeud in RACINE.items() if isinstance(noeud, Branche)}
    for ligne, commande in _commandes():
        groupe, _, nom = ligne.partition(" ")
        vu = f"__fish_seen_subcommand_from {groupe}"
        if nom:
            autres = " ".join(noms[groupe])
            lignes.append(
                _fish_dit(f"{vu}; and not __fish_seen_subcommand_from {autres}", f"-f -a {nom}", commande.help)
            )
            vu += f"; and __fish_seen_subcommand_from {nom}"
        lignes += [_fish_dit(vu, f"-l {option.removeprefix('--')}", "") for option in _options(commande)]
    return "\n".join(lignes)


def _fish_dit(quand: str, quoi: str, aide: str) -> str:
    description = aide.partition("\n")[0].replace("'", "’")
    return f"complete -c diligence -n '{quand}' {quoi}" + (f" -d '{description}'" if description else "")
