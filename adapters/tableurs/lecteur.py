"""Workbooks are read in a child process with bounds: whatever one does to its reader is a refusal, and no more.

The child gets the open file as its standard input, and answers in lines of JSON: the header, then rows by packets, then
an end. `python -m adapters.tableurs.lecteur PARENT NOM FEUILLE` is the child.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from adapters.entrees import ouvert
from adapters.lignee import mourir_avec_le_parent
from adapters.tableurs import refus
from adapters.tableurs.archive import OCTETS_MAX, OLE, ZIP
from adapters.tableurs.tableau import EnregistrementLu, Progression, TableauLu, ajuster, est_vide, suivre
from kernel.refus import Refus

MEMOIRE_MAX: Final = 1 << 30
CALCUL_MAX_S: Final = 120
_CELLULES_PAR_PAQUET: Final = 4_000
_SANS_MEMOIRE: Final = 3
"""What the child leaves with when memory is refused to it; a library may abort instead."""
_HORS_BORNES: Final = frozenset({_SANS_MEMOIRE, -signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU})
_REFUS: Final = {r.code: r for r in vars(refus).values() if isinstance(r, type) and issubclass(r, Refus)}


def est_un_classeur(debut: bytes) -> bool:
    return debut.startswith((ZIP, OLE))


@contextmanager
def ouvrir_classeur(
    chemin: Path, feuille: int | str = 1, progression: Progression | None = None
) -> Iterator[TableauLu]:
    """Open one sheet, by name or by number from 1, for one reading.

    Raises:
        FichierIllisible, FichierProtege, FichierTropGrand: The workbook cannot be opened, or its reader died of it.
        FeuilleInconnue: It has no such sheet.
        FichierVide: The sheet has no header.
    """
    with ouvert(chemin) as flux, _enfant(flux, chemin.name, feuille) as enfant:
        messages = _messages(enfant, chemin.name)
        lue = next(messages)
        entete = tuple(lue["entete"])
        rangees = ((numero, tuple(cellules)) for paquet in messages for numero, cellules in paquet["rangees"])
        enregistrements = _suivis(rangees, len(entete), lue["hauteur"], progression)
        yield TableauLu(entete, lue["empreinte"], ";", None, enregistrements)


def _suivis(
    rangees: Iterator[tuple[int, tuple[str, ...]]], largeur: int, hauteur: int, progression: Progression | None
) -> Iterator[EnregistrementLu]:
    numero = 0

    def lire() -> Iterator[EnregistrementLu]:
        nonlocal numero
        for numero, cellules in rangees:
            if not est_vide(cellules):
                yield ajuster(numero, cellules, largeur)

    return suivre(lire(), progression, lambda: numero / max(hauteur, 1))


@contextmanager
def _enfant(flux: BinaryIO, nom: str, feuille: int | str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start the child on an open file, and leave none behind."""
    ordre = [sys.executable, "-P", "-m", __name__, str(os.getpid()), nom, json.dumps(feuille)]
    with subprocess.Popen(ordre, stdin=flux, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as enfant:
        try:
            yield enfant
        finally:
            enfant.kill()


def _messages(enfant: "subprocess.Popen[bytes]", nom: str) -> Iterator[dict[str, Any]]:
    """Yield what the child says, raise what it refuses; one that leaves before its last word is a refusal too."""
    assert enfant.stdout is not None
    for ligne in enfant.stdout:
        if not ligne.endswith(b"\n"):
            break  # it died while it spoke
        message = json.loads(ligne)
        if "refus" in message:
            raise _REFUS[message["refus"]](message["message"])
        if "fin" in message:
            return
        yield message
    code = enfant.wait()
    if code in _HORS_BORNES:
        raise refus.FichierTropGrand(
            f"Le classeur {nom} demande plus d’un gigaoctet de mémoire ou de deux minutes de calcul pour être lu (une "
            "cellule très loin des autres ?) : enregistrez la feuille en CSV.",
            sortie=code,
        )
    raise refus.FichierIllisible(
        f"Le classeur {nom} met en défaut ce qui le lit : enregistrez la feuille en CSV.", sortie=code
    )


def principal(parent: int, nom: str, feuille: int | str) -> None:
    """Read the workbook of the standard input within the bounds, and say its rows on the standard output."""
    mourir_avec_le_parent(parent, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CALCUL_MAX_S, CALCUL_MAX_S + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMOIRE_MAX, MEMOIRE_MAX))
    try:
        _dire_la_feuille(sys.stdin.buffer.read(OCTETS_MAX + 1), nom, feuille)
    except Refus as lu:
        _dire({"refus": lu.code, "message": lu.message})
    except MemoryError:
        os._exit(_SANS_MEMOIRE)  # nothing else may be asked for
    except BrokenPipeError:
        os._exit(0)  # nobody reads any more
    sys.stdout.flush()


def _dire_la_feuille(contenu: bytes, nom: str, feuille: int | str) -> None:
    from adapters.tableurs.classeur import lire_classeur  # under the bounds, and in this process only

    lue = lire_classeur(contenu, nom, feuille)
    _dire({"entete": lue.entete, "empreinte": lue.empreinte, "hauteur": lue.hauteur})
    paquet: list[Any] = []
    cellules = 0
    for rangee in lue.rangees:
        paquet.append(rangee)
        cellules += len(rangee[1])
        if cellules >= _CELLULES_PAR_PAQUET:
            _dire({"rangees": paquet})
            paquet, cellules = [], 0
    _dire({"rangees": paquet})
    _dire({"fin": True})


def _dire(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    principal(int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3]))
