"""The `diligence` command: reads itself, runs one command, leaves with its code (those of the outside contract)."""

import gc
import io
import os
import signal
import sys
import threading
from pathlib import Path
from typing import NoReturn

from cli import VERSION


def main() -> None:
    """Run one command; leave with its code."""
    _preparer_les_sorties()
    if sys.argv[1:] == ["--version"]:  # nothing of the program is needed to name it
        sys.stdout.write(f"diligence {VERSION}\n")
        sys.exit(0)
    seul = threading.current_thread() is threading.main_thread()  # a test may call it from another thread
    ctrl_c = signal.getsignal(signal.SIGINT)
    if seul and ctrl_c is signal.default_int_handler:
        # while the program is read, Ctrl-C just ends it: nothing is begun, and nobody wants the trace of an import
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # what is imported lives as long as the process, and facts are many, small and free of cycles: looking for cycles
    # at the default pace costs a third of reading a long stream for the first time
    gc.set_threshold(50_000, 20, 50)
    from bootstrap import journaux
    from cli.ligne import executer
    from cli.sortie import FAUTE
    from kernel.systeme import raison_du_systeme

    def partir() -> None:
        gc.freeze()
        if seul:
            signal.signal(signal.SIGINT, ctrl_c)
            signal.signal(signal.SIGTERM, _partir)

    try:
        code = executer(en_json="--json" in sys.argv[1:], au_depart=partir)
        sys.stdout.flush()
    except OSError as erreur:  # of the output itself
        code = FAUTE
        if not isinstance(erreur, BrokenPipeError):
            sys.stderr.write(f"erreur [sortie] La sortie standard ne s’écrit pas : {raison_du_systeme(erreur)}.\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left must not be tried again at the very end
    finally:
        if seul:
            signal.signal(signal.SIGINT, ctrl_c)
        journaux.vider()
    sys.exit(code)


def _preparer_les_sorties() -> None:
    """Write UTF-8, as the contract says, whatever the terminal; an output closed by the caller is one nobody reads."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end of the process
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for flux in (sys.stdout, sys.stderr):
        if isinstance(flux, io.TextIOWrapper):
            flux.reconfigure(encoding="utf-8", errors="backslashreplace")


def _partir(numero: int, _: object) -> NoReturn:
    """Leave as Ctrl-C does: what is open is closed, what is half written is removed. A process has its own way."""
    sys.exit(128 + numero)


if __name__ == "__main__":
    main()
