"""A geste on many dossiers: chosen and seen first, then done one by one, each under an id of its own.

The selection, the version seen and the id of each row are stored before the first act: whatever stops it, it goes on from
there, and no row is done twice.
"""

import time
from collections.abc import Callable
from typing import Final

from application.commandes import Appel
from application.declaration import Geste
from application.gestes.recueil import par_nom
from application.services import Services
from application.travail import Issue, LigneDeLot, LigneTraitee, Lot, Lots
from kernel.refus import Refus

AU_PLUS: Final = 500
"""Rows of one batch; a choice of the service."""
NOTER_APRES_S: Final = 0.5
"""What came of the rows done meanwhile is noted together: a note waits for the disk as an act does. Who goes on after a
death sends them again, each under its id, and is given their receipts."""


class HorsDeLot(Refus, code="hors_de_lot"):
    """A geste that is done one by one: it ends a request, votes or signs."""


def geste_de_lot(nom: str) -> Geste:
    """Return a geste that may be done in batch, or refuse with HorsDeLot."""
    try:
        geste = par_nom(*nom.split(" "))
    except (KeyError, TypeError):
        raise HorsDeLot(f"« {nom[:60]} » n’est pas un geste.", geste=nom[:60]) from None
    if not geste.par_lot:
        raise HorsDeLot(f"« {geste.titre} » se fait dossier par dossier.", geste=nom)
    return geste


def executer_le_lot(services: Services, lots: Lots, lot: Lot, suite: Callable[[], None] = lambda: None) -> int:
    """Do the rows of a batch that one has taken, those that have no issue yet, then `suite`; return how many were done.

    A row refused keeps its reason and stops nothing; an outage stops the batch, which goes on from that row.
    """
    try:
        faites = _faire_les_lignes(services, lots, lot)
        suite()
    finally:
        lots.rendre(lot.id)
    return faites


def _faire_les_lignes(services: Services, lots: Lots, lot: Lot) -> int:
    geste, faites = geste_de_lot(lot.geste), 0
    resultats, note = list[LigneTraitee](), time.monotonic()
    try:
        for ligne in lot.lignes:
            if ligne.issue is not None:
                continue
            resultats.append(_faire(geste, lot, ligne, services))
            faites += resultats[-1].issue is Issue.FAITE
            if time.monotonic() >= note + NOTER_APRES_S:
                lots.noter(lot.id, resultats)
                resultats, note = [], time.monotonic()
    finally:
        lots.noter(lot.id, resultats)
    return faites


def _faire(geste: Geste, lot: Lot, ligne: LigneDeLot, services: Services) -> LigneTraitee:
    assert lot.valeurs is not None
    assert geste.champ is not None
    appel = Appel(acteur=lot.agent, commande_id=ligne.commande_id, version=ligne.version, lot=str(lot.id))
    try:
        geste.recevoir({**lot.valeurs, geste.champ: ligne.ref}, appel, services)
    except Refus as refus:
        return LigneTraitee(ligne.rang, Issue.REFUSEE, refus.message)
    return LigneTraitee(ligne.rang, Issue.FAITE, "")
