"""Files taken from people and given to them. What reads or checks a format is loaded by the command that needs it."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from adapters import entrees
from adapters.ecriture import SECRET
from adapters.reserves import Reserves
from adapters.sorties import LISIBLE, deposer, exiger_remplacable, fichier_neuf
from application.ports import EcartScdl, Tableau


@dataclass(frozen=True, slots=True)
class EchangesParFichier:
    """Implements `application.ports.Echanges`; what is in `reserves` neither comes in nor is written over."""

    reserves: Reserves = field(default_factory=Reserves)

    def lire(self, chemin: Path, taille_max: int) -> bytes:
        """Read a plain file, or refuse with SaisieInvalide or FichierReserve."""
        return entrees.lire(chemin, taille_max, self.reserves)

    def lire_joint(self, depot: Path, nom: Path, taille_max: int) -> bytes:
        """Read likewise a file that `depot` names and that stands beside it."""
        return entrees.lire_joint(depot, nom, taille_max, self.reserves)

    def ouvrir_tableau(
        self, chemin: Path, *, feuille: int | str = 1, progression: Callable[[int, float], None] | None = None
    ) -> AbstractContextManager[Tableau]:
        """Open a file by what it contains, or refuse with one of `adapters.tableurs.refus`, or FichierReserve."""
        from adapters.tableurs.ouvrir import ouvrir

        self.reserves.exiger_etranger(chemin)

        return ouvrir(chemin, feuille=feuille, progression=progression)

    def ecrire(
        self,
        chemin: Path,
        marque: re.Pattern[str],
        *,
        remplacer: bool = False,
        jamais: Iterable[Path] = (),
        secret: bool = False,
    ) -> AbstractContextManager[IO[str]]:
        """Open a text that takes its place when all went well, or refuse with FichierNonEcrit or FichierReserve."""
        self.reserves.exiger_etranger(chemin)
        exiger_remplacable(chemin, marque, jamais, remplacer=remplacer)
        return fichier_neuf(chemin, SECRET if secret else LISIBLE)

    def ecrire_octets(self, chemin: Path, contenu: bytes) -> None:
        """Write a document whole, or refuse with FichierExistant, FichierNonEcrit or FichierReserve."""
        self.reserves.exiger_etranger(chemin)
        deposer(chemin, contenu)

    def controler_scdl(self, chemin: Path) -> Sequence[EcartScdl]:
        """Check with the official schema."""
        from adapters.scdl.validation import valider

        return valider(chemin)
