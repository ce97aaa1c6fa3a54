"""Why a file cannot be read at all; what is wrong with one record is said on that record instead."""

from kernel.refus import Refus


class FichierAbsent(Refus, code="fichier_absent"):
    """There is no such file, or it is a folder."""


class FichierIllisible(Refus, code="fichier_illisible"):
    """The content is neither text nor a workbook we can open."""


class FichierVide(Refus, code="fichier_vide"):
    """Not even a header."""


class FichierProtege(Refus, code="fichier_protege"):
    """A workbook locked by a password."""


class FichierTropGrand(Refus, code="fichier_trop_grand"):
    """A workbook too large to be held in memory."""


class FeuilleInconnue(Refus, code="feuille_inconnue"):
    """The workbook has no sheet of that name or number."""


class FichierNonEcrit(Refus, code="fichier_non_ecrit"):
    """A file cannot be written where it was asked."""


class FichierExistant(Refus, code="fichier_existant"):
    """A file that is not ours to replace stands where one was to be written."""
