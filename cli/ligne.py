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
from cli.sortie import FAUTE, USAGE, Sortie, dire, dire_faute, refus_dits
from kernel.refus import SaisieInvalide
from kernel.signes import INTERDITS
from kernel.systeme import raison_de_la_base, raison_du_systeme

INTERROMPU: Final = 130
"""What shells expect of a command stopped by Ctrl-C."""

RELANCER: Final = "La commande n’est pas confirmée : relancez-la ; avec le même --commande-id, elle n’a qu’un effet."
"""Nothing is half written, and the same command again has one effect."""

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
    CommandeEnFrancais.au_depart = au_depart
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
        if _de_la_base_ou_du_disque(erreur):
            if journal_en_json:
                log.exception("commande.interrompue")
            dire_faute("base_ou_disque", _non_confirmee(erreur), en_json=en_json, journal_en_json=journal_en_json)
            return FAUTE
        log.exception("commande.interrompue")
        message = f"La faute est de notre côté ({type(erreur).__name__} : {erreur}). La commande n’est pas confirmée."
        dire_faute("faute_interne", message, en_json=en_json, journal_en_json=journal_en_json)
        return FAUTE
    if code == INTERROMPU:
        dire_faute("interrompue", f"Interrompue. {RELANCER}", en_json=en_json, journal_en_json=journal_en_json)
    return code if isinstance(code, int) else 0


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


def _de_la_base_ou_du_disque(erreur: Exception) -> bool:
    """Tell whether a store or a disk failed. A library that was not loaded did not fail, and is not loaded to be named."""
    familles = (("eventsourcing.persistence", "PersistenceError"), ("sqlalchemy.exc", "SQLAlchemyError"))
    chargees = [getattr(sys.modules[module], nom) for module, nom in familles if module in sys.modules]
    return isinstance(erreur, (OSError, *chargees))


def _non_confirmee(erreur: Exception) -> str:
    """Say that a base or a disk failed."""
    raison = raison_du_systeme(erreur) if isinstance(erreur, OSError) else raison_de_la_base(erreur)
    return f"Panne de la base ou du disque : {raison}. {RELANCER}"
