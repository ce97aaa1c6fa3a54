"""The master key of the coffre, replaced."""

from pathlib import Path
from typing import Any

from adapters.coffre import lire_nouvelle_cle, ouvrir_coffre
from bootstrap.settings import Reglages
from kernel.refus import SaisieInvalide
from kernel.systeme import raison_du_systeme


def tourner_cle(reglages: Reglages, nouvelle: Path) -> dict[str, Any]:
    """Wrap every key of the coffre under the master key of another file, made when there is none."""
    coffre = ouvrir_coffre(reglages.base, reglages.cle_maitresse)
    try:
        try:
            cle = lire_nouvelle_cle(nouvelle)
        except OSError as erreur:
            raise SaisieInvalide(
                f"Le fichier {nouvelle} ne peut pas être écrit : {raison_du_systeme(erreur)}.", fichier=str(nouvelle)
            ) from erreur
        if coffre.est_sa_cle(cle):
            raise SaisieInvalide(f"La clé de {nouvelle} est déjà celle de ce coffre.", fichier=str(nouvelle))
        return {"cles": coffre.tourner(cle), "cle_maitresse": str(nouvelle)}
    finally:
        coffre.fermer()
