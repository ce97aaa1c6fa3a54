"""Every command there is, and what is said when one of them does not do what was asked."""

import sys
from collections.abc import Callable
from typing import Final

import typer

from application.journal import log
from bootstrap import journaux
from bootstrap.reglages import choix_du_journal
from cli.arbre import MOTEUR, OUTILS, RACINE
from cli.francais import CommandeEnFrancais, Groupe, dire_l_usage
from cli.pannes import ACTE_NON_CONFIRME, NON_ABOUTIE, dire_la_panne
from cli.sortie import FAUTE, USAGE, Sortie, dire, dire_faute, refus_dits
from kernel.refus import SaisieInvalide
from kernel.signes import INTERDITS
from kernel.systeme import est_une_panne, raison

INTERROMPU: Final = 130
"""What shells expect of a command stopped by Ctrl-C."""

application = Groupe(
    RACINE,
    name="diligence",
    help="L’instruction des dossiers d’aide, du dépôt au paiement.",
    epilog="La version : diligence --version. La complétion du terminal : diligence completion bash.",
)


def executer(*, en_json: bool, au_depart: Callable[[], object] | None = None) -> int:
    """Run the command of this process, say what went wrong in its two forms, return its exit code.

    `au_depart` is done when the command is read and begins.
    """
    CommandeEnFrancais.au_depart, CommandeEnFrancais.acte = au_depart, False
    journal_en_json = False
    try:
        with refus_dits(en_json=en_json):
            journal_en_json = _preparer_le_journal(sys.argv[1] if len(sys.argv) > 1 else "")
            _exiger_des_textes(sys.argv[1:])
            code = application(prog_name="diligence", standalone_mode=False)
    except Sortie as sortie:
        return sortie.code
    except typer.TyperException as erreur:
        return _dire_l_usage(erreur, en_json=en_json)
    except BrokenPipeError:
        raise
    except Exception as erreur:
        if est_une_panne(erreur):
            if journal_en_json:
                log.exception("commande.interrompue")
            message = f"{dire_la_panne(raison(erreur))} {_la_suite()}"
            dire_faute("base_ou_disque", message, en_json=en_json, journal_en_json=journal_en_json)
            return FAUTE
        log.exception("commande.interrompue")
        message = f"La faute est de notre côté ({type(erreur).__name__} : {erreur}). {_la_suite()}"
        dire_faute("faute_interne", message, en_json=en_json, journal_en_json=journal_en_json)
        return FAUTE
    if code == INTERROMPU:
        dire_faute("interrompue", f"Interrompue. {_la_suite()}", en_json=en_json, journal_en_json=journal_en_json)
    return code if isinstance(code, int) else 0


def _la_suite() -> str:
    """Return what to do after what failed: the id of a command is of acts only."""
    return ACTE_NON_CONFIRME if CommandeEnFrancais.acte else NON_ABOUTIE


def _preparer_le_journal(commande: str) -> bool:
    """Say where the story goes, and tell whether it is in JSON."""
    choix = choix_du_journal()
    if choix == "json" or getattr(RACINE.get(commande), "panneau", None) in {MOTEUR, OUTILS}:
        return journaux.configurer(choix, processus=commande in journaux.PROCESSUS)
    journaux.configurer_au_premier_mot()
    return False


def _dire_l_usage(erreur: typer.TyperException, *, en_json: bool) -> int:
    """Say how the command is written; without anything to run, its help is the answer."""
    if type(erreur).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{erreur.message}\n")
        return USAGE
    contexte = getattr(erreur, "ctx", None)
    if contexte is not None:
        sys.stderr.write(f"Usage : {contexte.command_path} … ; {contexte.command_path} --aide la décrit.\n")
    dire("usage", dire_l_usage(erreur), en_json=en_json)
    return USAGE


def _exiger_des_textes(arguments: list[str]) -> None:
    """Refuse what is no text, and the signs no text may hold: they can be neither kept nor shown."""
    for rang, argument in enumerate(arguments, 1):
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise SaisieInvalide(f"L’argument n° {rang} n’est pas un texte UTF-8.", rang=rang) from None
        if interdit := INTERDITS.search(argument):
            signe = f"U+{ord(interdit[0]):04X}"
            raise SaisieInvalide(f"L’argument n° {rang} a un caractère qui n’est pas permis ({signe}).", rang=rang)
