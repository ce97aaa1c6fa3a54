"""Why a file cannot be read at all; what is wrong with one record is said on that record instead."""

from typing import ClassVar

from kernel.refus import Refus


class FichierAbsent(Refus):
    """There is no such file, or it is a folder."""

    code: ClassVar[str] = "fichier_absent"


class FichierIllisible(Refus):
    """The content is neither text nor a workbook we can open."""

    code: ClassVar[str] = "fichier_illisible"


class FichierVide(Refus):
    """Not even a header."""

    code: ClassVar[str] = "fichier_vide"


class FichierProtege(Refus):
    """A workbook locked by a password."""

    code: ClassVar[str] = "fichier_protege"


class FichierTropGrand(Refus):
    """A workbook too large to be held in memory."""

    code: ClassVar[str] = "fichier_trop_grand"


class FeuilleInconnue(Refus):
    """The workbook has no sheet of that name or number."""

    code: ClassVar[str] = "feuille_inconnue"


class FichierNonEcrit(Refus):
    """A file cannot be written where it was asked."""

    code: ClassVar[str] = "fichier_non_ecrit"
