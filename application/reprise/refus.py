"""Why a take-over cannot even begin: the mapping, or the columns of the file, are wrong."""

from kernel.refus import Refus


class CorrespondanceInvalide(Refus, code="correspondance_invalide"):
    """The mapping cannot be used; `champs` holds the line of the YAML file."""


class ColonneAbsente(Refus, code="colonne_absente"):
    """The mapping names a column that the file does not have."""


class ColonneAmbigue(Refus, code="colonne_ambigue"):
    """The mapping names a column that the file has twice."""
