"""The one door of this folder: open a file by what it contains, whatever its name says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.entrees import ouvert
from adapters.tableurs.lecteur import est_un_classeur, ouvrir_classeur
from adapters.tableurs.refus import FichierAbsent, FichierIllisible
from adapters.tableurs.tableau import Progression, TableauLu
from adapters.tableurs.texte import ouvrir_texte
from kernel.systeme import raison_du_systeme


@contextmanager
def ouvrir(chemin: Path, *, feuille: int | str = 1, progression: Progression | None = None) -> Iterator[TableauLu]:
    """Open a CSV, ODS or XLSX file for one reading; `feuille` counts for workbooks only.

    Raises:
        FichierAbsent, FichierIllisible, FichierVide, FichierProtege, FichierTropGrand, FeuilleInconnue: see `refus`.
    """
    try:
        if chemin.is_dir():
            raise FichierAbsent(f"{chemin} est un dossier, pas un fichier.")
        with ouvert(chemin) as flux:
            debut = flux.read(8)
    except FileNotFoundError as erreur:
        raise FichierAbsent(f"Le fichier {chemin} n’existe pas.") from erreur
    except OSError as erreur:
        raise FichierIllisible(f"Le fichier {chemin} ne peut pas être lu : {raison_du_systeme(erreur)}.") from erreur
    if est_un_classeur(debut):
        with ouvrir_classeur(chemin, feuille, progression) as tableau:
            yield tableau
    else:
        with ouvrir_texte(chemin, progression) as tableau:
            yield tableau
