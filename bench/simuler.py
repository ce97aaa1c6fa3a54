"""A draft règlement tried on a closed campagne of two thousand dossiers, in a store that has as many of another one."""

import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import Any, Final

from aggregates.campagne import Campagne
from application.commandes import FichierRecu
from application.consultations.simulation import simuler as essayer
from bench.atelier import Atelier, atelier, la_campagne
from bench.mesure import Ampleur, Mesure, machine, mediane
from bench.semis import semer
from bench.vies import PROPOSEE, PasDeVie, Vie, arrivee
from dispositifs.evaluation import evaluer
from dispositifs.reglement import Reglement

DOSSIERS: Final = 2_000
CAMPAGNE: Final = "NQE-2026"
_TAUX, _MOITIE = b"valeur: 6000", b"valeur: 3000"


def simuler(ampleur: Ampleur) -> list[Mesure]:
    """Measure a draft whose rate is half: every amount differs; and its memory, in a pass of its own.

    The règlement as it is, tried first, must change no amount.
    """
    depart, nombre = machine(), ampleur.choisir(DOSSIERS, 5)
    with tempfile.TemporaryDirectory(prefix="diligence-banc-") as dossier, atelier(Path(dossier)) as a:
        reglement = a.services.trouver(Campagne, CAMPAGNE).reglement
        assert reglement is not None
        semer(a.services, a.reglages.base, [_vie(reglement, ref) for ref in (CAMPAGNE, "NQE-2025")] * nombre)
        a.faire("campagne clore", "admin", campagne=CAMPAGNE)
        inchange = la_campagne(a.services.maintenant().year)
        assert _differences(a, inchange) == 0
        moitie = FichierRecu(inchange.nom, inchange.contenu.replace(_TAUX, _MOITIE, 1))
        durees = []
        for _ in range(ampleur.tours):
            debut = time.perf_counter()
            assert _differences(a, moitie) == nombre
            durees.append(time.perf_counter() - debut)
        tracemalloc.start()
        _differences(a, moitie)
        _, pointe = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    conditions = f"{nombre} dossiers proposés dans la campagne, autant dans une autre, SQLite ; {depart}"
    return [
        Mesure(nom="simuler.campagne", valeur=mediane(durees), unite="s", conditions=conditions),
        Mesure(nom="simuler.memoire", valeur=pointe / 1_000_000, unite="Mo", conditions=conditions),
    ]


def _differences(a: Atelier, projet: FichierRecu) -> int:
    lu: dict[str, Any] = essayer(a.services, CAMPAGNE, projet)
    return len(lu["differences"])


def _vie(reglement: Reglement, campagne: str) -> Vie:
    """Return the life of a request of that campagne, up to an amount computed by that règlement."""

    def proposer(dossier: Any, _: int) -> object:
        evaluation = evaluer(
            reglement,
            au=dossier.complet_le,
            charges=dossier.charges,
            aides_publiques=(),
            montant_demande_centimes=dossier.demande_centimes,
        )
        return dossier.proposer(evaluation, None, None)

    return (arrivee(campagne=campagne), *PROPOSEE[1:-2], (PasDeVie("dossier proposer", proposer),))
