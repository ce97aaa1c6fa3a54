"""The example files with a tenth of the rows of the two real ones, and `diligence` run on them.

`python -m tests.acceptance.extrait FOLDER demo …`: the command line, whose demo reads the files of that folder.
"""

import re
import sys
import zipfile
from pathlib import Path
from unittest.mock import patch

from cli.principal import main
from tests.acceptance.compose import RACINE

PART = 10
EXEMPLES = RACINE / "examples"


def extraire(vers: Path) -> Path:
    """Write in a folder the files the take-overs read, and return it."""
    (vers / "reprise").symlink_to(EXEMPLES / "reprise")
    (vers / "reel").mkdir()
    for classeur in (EXEMPLES / "reel").glob("*.ods"):
        _couper_le_classeur(classeur, vers / "reel" / classeur.name)
    for table in (EXEMPLES / "reel").glob("*.csv"):
        lignes = table.read_bytes().splitlines(keepends=True)
        (vers / "reel" / table.name).write_bytes(b"".join(lignes[: 1 + len(lignes) // PART]))
    return vers


def _couper_le_classeur(classeur: Path, vers: Path) -> None:
    """Copy a workbook with the first rows of its sheet."""
    with zipfile.ZipFile(classeur) as entier, zipfile.ZipFile(vers, "w") as coupe:
        for fichier in entier.namelist():
            contenu = entier.read(fichier)
            if fichier == "content.xml":
                debuts = [m.start() for m in re.finditer(rb"<table:table-row", contenu)]
                fin = contenu.index(b"</table:table-row>", debuts[len(debuts) // PART]) + len(b"</table:table-row>")
                contenu = contenu[:fin] + contenu[contenu.rindex(b"</table:table-row>") + len(b"</table:table-row>") :]
            coupe.writestr(fichier, contenu)


if __name__ == "__main__":
    dossier = Path(sys.argv[1])
    sys.argv = ["diligence", *sys.argv[2:]]
    with patch("scenarios.reprises.EXEMPLES", dossier):
        main()
