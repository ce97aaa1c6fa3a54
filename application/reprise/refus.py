"""Why a take-over cannot even begin: the mapping, or the columns of the file, are wrong."""

from typing import ClassVar

from kernel.refus import Refus


class CorrespondanceInvalide(Refus):
    """The mapping cannot be used; `champs` holds the line of the YAML file."""

    code: ClassVar[str] = "correspondance_invalide"


class ColonneAbsente(Refus):
    """The mapping names a column that the file does not have."""

    code: ClassVar[str] = "colonne_absente"


class ColonneAmbigue(Refus):
    """The mapping names a column that the file has twice."""

    code: ClassVar[str] = "colonne_ambigue"
