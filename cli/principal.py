"""The `diligence` command: thin doors over the application. Exit codes are those of the outside contract."""

import gc
import sys
import traceback

import structlog
import typer
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from bootstrap import logs
from bootstrap.settings import choix_du_journal
from cli import coffre, gestes, lectures, moteur, outils
from cli.commun import AIDE
from cli.sortie import FAUTE, Sortie, refus_dits

application = typer.Typer(
    name="diligence",
    help="L’instruction des dossiers d’aide, du dépôt au paiement.",
    no_args_is_help=True,
    context_settings=AIDE,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
_groupes = gestes.installer(application)
lectures.installer(application, _groupes)
moteur.installer(application)
outils.installer(application, _groupes)
coffre.installer(application)


def main() -> None:
    """Run one command; leave with its code."""
    # what was imported lives as long as the process, and facts are many, small and free of cycles: looking for cycles
    # at the default pace costs a third of reading a long stream for the first time
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    en_json = False
    try:
        with refus_dits(en_json=False):
            en_json = logs.configurer(choix_du_journal(), processus=not logs.PROCESSUS.isdisjoint(sys.argv[1:2]))
        application()
    except Sortie as sortie:
        sys.exit(sortie.code)
    except BrokenPipeError:
        sys.exit(FAUTE)
    except (PersistenceError, SQLAlchemyError, OSError) as erreur:
        if en_json:
            structlog.get_logger().exception("commande.interrompue")
        else:
            sys.stderr.write(_non_confirmee(erreur))
        sys.exit(FAUTE)
    except Exception as erreur:
        if en_json:
            structlog.get_logger().exception("commande.interrompue")
        else:
            traceback.print_exc()
            sys.stderr.write(f"erreur interne : {erreur}\n")
        sys.exit(FAUTE)
    finally:
        logs.vider()


def _non_confirmee(erreur: Exception) -> str:
    """Say that a base or a disk failed: nothing is half written, and the same command again has one effect."""
    cause = str(erreur).strip().splitlines()[:1] or [type(erreur).__name__]
    return (
        f"La base ou le disque n’a pas répondu comme il faut ({cause[0]}). La commande n’est pas confirmée : relancez-la ; "
        "avec le même --commande-id, elle n’a qu’un effet.\n"
    )


if __name__ == "__main__":
    main()
