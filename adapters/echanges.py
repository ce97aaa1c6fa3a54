"""Files taken from people and given to them. What reads or checks a format is loaded by the command that needs it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from adapters.ecriture import SECRET
from adapters.sorties import LISIBLE, fichier_neuf
from application.ports import EcartScdl, Tableau


class EchangesParFichier:
    """Implements `application.ports.Echanges`."""

    def ouvrir_tableau(
        self, chemin: Path, *, feuille: int | str = 1, progression: Callable[[int, float], None] | None = None
    ) -> AbstractContextManager[Tableau]:
        """Open a file by what it contains, or refuse with one of `adapters.tableurs.refus`."""
        from adapters.tableurs.ouvrir import ouvrir

        return ouvrir(chemin, feuille=feuille, progression=progression)

    def ecrire(self, chemin: Path, *, secret: bool = False) -> AbstractContextManager[IO[str]]:
        """Open a text that replaces `chemin` when all went well, or refuse with FichierNonEcrit."""
        return fichier_neuf(chemin, SECRET if secret else LISIBLE)

    def controler_scdl(self, chemin: Path) -> Sequence[EcartScdl]:
        """Check with the official schema."""
        from adapters.scdl.validation import valider

        return valider(chemin)
