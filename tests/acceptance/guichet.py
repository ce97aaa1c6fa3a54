"""Runs commands of `diligence`, each in a process of its own, without loading Python again for each.

`python -m tests.acceptance.guichet`: one JSON list of arguments per line on stdin, one JSON answer per line on stdout.
"""

import json
import os
import sys
import tempfile
import traceback
from typing import Any

from cli.principal import main
from tests.commandes import toutes


def servir() -> None:
    """Fork one process per command: it opens its own connections, and leaves with the exit code of the contract."""
    toutes()  # each process would read the program again
    for ligne in sys.stdin:
        with tempfile.TemporaryFile() as sortie, tempfile.TemporaryFile() as erreurs:
            enfant = os.fork()
            if enfant == 0:
                _jouer(json.loads(ligne), sortie.fileno(), erreurs.fileno())
            code = os.waitstatus_to_exitcode(os.waitpid(enfant, 0)[1])
            reponse: dict[str, Any] = {"code": code}
            for nom, fichier in (("sortie", sortie), ("erreurs", erreurs)):
                fichier.seek(0)
                reponse[nom] = fichier.read().decode()
        sys.stdout.write(json.dumps(reponse) + "\n")
        sys.stdout.flush()


def _jouer(arguments: list[str], sortie: int, erreurs: int) -> None:
    code = 1
    try:
        os.dup2(sortie, 1)
        os.dup2(erreurs, 2)
        sys.argv = ["diligence", *arguments]
        main()
        code = 0
    except SystemExit as fin:
        code = fin.code if isinstance(fin.code, int) else int(fin.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    servir()
