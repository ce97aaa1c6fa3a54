"""A geste on many dossiers against the same one sent dossier by dossier: `declarer-complet`, on PostgreSQL.

Both go through the class of the geste, which checks the right, the version seen and the pièces of each. A batch is counted
from its selection to its last row: it keeps what was chosen, and notes what came of each.
"""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import uuid4

from aggregates.campagne import Campagne
from aggregates.dossier.etat import PieceExigee
from application.commandes import Appel
from application.gestes.dossier import pieces_exigees
from application.lots import AU_PLUS, executer_le_lot, geste_de_lot
from application.travail import Issue, Lots
from bench.atelier import Atelier, atelier
from bench.dossiers import empreinte
from bench.mesure import Ampleur, Mesure, absente, machine
from bench.postgres import Indisponible, bases_jetables
from bench.semis import semer
from bench.vies import PREMIER_RANG, PasDeVie, Vie, arrivee, numero_de
from bootstrap.site import site as ouvrir_site

LOTS: Final = 10
"""Batches, each of as many rows as one may have: five thousand rows."""
GESTE: Final = "dossier declarer-complet"
_NOM, _UNITE = "lots.declarer_complet", "commandes/s"


def lots(ampleur: Ampleur) -> list[Mesure]:
    """Let batches and single gestes take turns, on dossiers that this process has never read."""
    nombre, lignes = ampleur.choisir((LOTS, AU_PLUS), (2, 5))
    try:
        with (
            tempfile.TemporaryDirectory(prefix="diligence-banc-") as dossier,
            bases_jetables(1) as (base,),
            atelier(Path(dossier), base) as a,
            ouvrir_site(a.reglages, a.services.coffre, a_preparer=True) as du_site,
        ):
            exigees = pieces_exigees(a.services.trouver(Campagne, a.modele["campagne"]))
            semer(a.services, base, [_prete(exigees)] * (2 * nombre * lignes))
            os.sync()  # what was sown must not be written to the disk during the commands
            refs = [numero_de(PREMIER_RANG + rang) for rang in range(2 * nombre * lignes)]
            return [_mesurer(a, du_site.lots, refs, sum(map(len, _prete(exigees))), lignes)]
    except Indisponible as erreur:
        return [absente(_NOM, _UNITE, str(erreur))]


def _prete(exigees: tuple[PieceExigee, ...]) -> Vie:
    """Return the life of a request that has all its pièces, and waits to be declared complete."""
    return (arrivee(pieces_exigees=exigees), *((_recevoir(piece.code),) for piece in exigees))


def _recevoir(code: str) -> PasDeVie:
    return PasDeVie("dossier recevoir-piece", lambda d, rang: d.recevoir_piece(code, empreinte(rang), uuid4()))


def _mesurer(a: Atelier, du_site: Lots, refs: Sequence[str], version: int, lignes: int) -> Mesure:
    depart, seul, ensemble = machine(), 0.0, 0.0
    paquets = [refs[debut : debut + lignes] for debut in range(0, len(refs), lignes)]
    for un, autre in zip(paquets[::2], paquets[1::2], strict=True):
        seul += _un_par_un(a, un, version)
        ensemble += _en_lot(a, du_site, autre, version)
    nombre = len(refs) // 2
    return Mesure(
        nom=_NOM,
        valeur=nombre / ensemble,
        unite=_UNITE,
        reference="le même geste, dossier par dossier",
        valeur_reference=nombre / seul,
        conditions=f"PostgreSQL, {nombre} dossiers de chaque côté, par lots de {lignes}, à tour de rôle ; {depart}",
    )


def _un_par_un(a: Atelier, refs: Sequence[str], version: int) -> float:
    geste, debut = geste_de_lot(GESTE), time.perf_counter()
    for ref in refs:
        appel = Appel(acteur="ines", commande_id=uuid4(), version=version)
        geste.recevoir({str(geste.champ): ref}, appel, a.services)
    return time.perf_counter() - debut


def _en_lot(a: Atelier, du_site: Lots, refs: Sequence[str], version: int) -> float:
    debut = time.perf_counter()
    lot = du_site.preparer("ines", GESTE, [(ref, version) for ref in refs])
    du_site.confirmer("ines", lot, {})
    assert du_site.prendre(lot)
    executer_le_lot(a.services, du_site, du_site.lire("ines", lot))
    duree = time.perf_counter() - debut
    issues = {ligne.issue for ligne in du_site.lire("ines", lot).lignes}
    assert issues == {Issue.FAITE}, issues
    return duree
