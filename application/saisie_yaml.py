"""Reads a YAML file given with a command into a model, and says in French what is wrong, with its line."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from application.commandes import FichierRecu
from application.saisie import texte_utf8
from dispositifs.lecture_yaml import lire_yaml
from kernel.refus import SaisieInvalide

M = TypeVar("M", bound=BaseModel)


def lire_fichier_yaml(modele: type[M], fichier: FichierRecu) -> M:
    """Return the model, or refuse with YamlIllisible or SaisieInvalide: line, field and reason of what is wrong."""
    situe = lire_yaml(texte_utf8(fichier))
    try:
        return modele.model_validate(situe.valeurs)
    except ValidationError as erreur:
        fautes = situe.fautes(erreur)
    erreurs = [{"ligne": f.ligne, "champ": f.chemin, "message": f.message} for f in fautes]
    phrases = " ; ".join(f"ligne {f.ligne}, {f.chemin or 'fichier'} : {f.message}" for f in fautes[:5])
    raise SaisieInvalide(f"{fichier.nom} : {phrases}.", fichier=fichier.nom, ligne=fautes[0].ligne, erreurs=erreurs)
