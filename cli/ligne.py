"""Every command there is, and what is said when one of them does not do what was asked."""

import sys
from typing import Final

import structlog
import typer
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from bootstrap import logs
from bootstrap.settings import choix_du_journal
from cli import coffre, gestes, lectures, outils, processus
from cli.francais import Ligne, dire_l_usage
from cli.sortie import FAUTE, USAGE, Sortie, dire, dire_faute, refus_dits
from kernel.refus import SaisieInvalide
from kernel.systeme import raison_de_la_base, raison_du_systeme

INTERROMPU: Final = 130
"""What shells expect of a command stopped by Ctrl-C."""

RELANCER: Final = "La commande n’est pas confirmée : relancez-la ; avec le même --commande-id, elle n’a qu’un effet."
"""Nothing is half written, and the same command again has one effect."""

application = Ligne(
    name="diligence",
    help="L’instruction des dossiers d’aide, du dépôt au paiement.",
    pretty_exceptions_enable=False,
    add_completion=False,
)
_groupes = gestes.installer(application)
lectures.installer(application, _groupes)
processus.installer(application)
outils.installer(application, _groupes)
coffre.installer(application)


def executer(*, en_json: bool) -> int:
    """Run the command of this process, say what went wrong in its two forms, return its exit code."""
    journal_en_json = False
    try:
        with refus_dits(en_json=en_json):
            journal_en_json = logs.configurer(
                choix_du_journal(), processus=not logs.PROCESSUS.isdisjoint(sys.argv[1:2])
            )
            _exiger_de_l_utf8(sys.argv[1:])
            code = application(prog_name="diligence", standalone_mode=False)
    except Sortie as sortie:
        return sortie.code
    except typer.TyperException as erreur:
        return _dire_l_usage(erreur, en_json=en_json)
    except BrokenPipeError:
        raise
    except (PersistenceError, SQLAlchemyError, OSError) as erreur:
        if journal_en_json:
            structlog.get_logger().exception("commande.interrompue")
        dire_faute("base_ou_disque", _non_confirmee(erreur), en_json=en_json, journal_en_json=journal_en_json)
        return FAUTE
    except Exception as erreur:
        structlog.get_logger().exception("commande.interrompue")
        message = f"La faute est de notre côté ({type(erreur).__name__} : {erreur}). La commande n’est pas confirmée."
        dire_faute("faute_interne", message, en_json=en_json, journal_en_json=journal_en_json)
        return FAUTE
    if code == INTERROMPU:
        dire_faute("interrompue", f"Interrompue. {RELANCER}", en_json=en_json, journal_en_json=journal_en_json)
    return code if isinstance(code, int) else 0


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


def _exiger_de_l_utf8(arguments: list[str]) -> None:
    """Refuse bytes that are no text: they can be neither kept nor shown."""
    for rang, argument in enumerate(arguments, 1):
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise SaisieInvalide(f"L’argument n° {rang} n’est pas un texte UTF-8.", rang=rang) from None


def _non_confirmee(erreur: Exception) -> str:
    """Say that a base or a disk failed."""
    raison = raison_du_systeme(erreur) if isinstance(erreur, OSError) else raison_de_la_base(erreur)
    return f"La base ou le disque n’a pas répondu comme il faut ({raison}). {RELANCER}"
