"""Write the rejected rows beside the original columns, so that they can be corrected and replayed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from application.exports.tableau import EcrivainPourLesGens
from application.reprise.lignes import LigneRejetee
from application.reprise.plan import Plan

EN_MEMOIRE: Final = 1 << 20
"""Bytes of rejects kept in memory until the widest is known, hence the header; those of a larger file wait on the disk."""


@contextmanager
def ecrire_rejets(flux: IO[str], plan: Plan) -> Iterator["EcrivainRejets"]:
    """Take the rejects of a file, and write them as CSV once there are no more."""
    with SpooledTemporaryFile(EN_MEMOIRE, "w+", encoding="ascii") as attente:
        ecrivain = EcrivainRejets(attente, plan)
        yield ecrivain
        entete = plan.entete_des_rejets(ecrivain.en_trop)
        sortie = EcrivainPourLesGens(flux, entete)
        attente.seek(0)
        for rangee in map(json.loads, attente):
            sortie.writerow([*rangee, *[""] * (len(entete) - len(rangee))])


class EcrivainRejets:
    """Takes one row after the other.

    Cells in excess of the original columns go after the added ones: nothing of the source is lost, and a row replayed
    without having been corrected is found wrong again.
    """

    def __init__(self, attente: IO[str], plan: Plan) -> None:
        self.largeur, self.en_trop = plan.largeur, 0
        self._attente = attente

    def ecrire(self, rejet: LigneRejetee) -> None:
        """Take one row, its cells as they were read."""
        originales = [*rejet.brut[: self.largeur], *[""] * (self.largeur - len(rejet.brut))]
        ajoutees = [rejet.motif, rejet.empreinte_source, rejet.ligne, rejet.rang]
        en_trop = rejet.brut[self.largeur :]
        self.en_trop = max(self.en_trop, len(en_trop))
        self._attente.write(json.dumps([*originales, *ajoutees, *en_trop]) + "\n")
