"""What a reading of a request says of its examination, that the request alone does not know: a doubt born since."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from aggregates.dossier import Dossier
from application.gestes.examen import doutes_tus
from application.reglements import campagne_du
from application.services import Services
from application.store import sauf_illisible
from kernel.agregat import Agregat
from kernel.attentes import Attente, GesteAttendu

_ATTRIBUER = ("dossier proposer", "dossier viser")


def est_a_reexaminer(services: Services, agregat: Agregat, jour: date) -> bool:
    """Tell whether something is in doubt that day that no motif tells; a request that is not complete is not proposed yet."""
    if not isinstance(agregat, Dossier) or agregat.reglement is None:
        return False
    dossier = agregat
    return bool(sauf_illisible(lambda: doutes_tus(dossier, campagne_du(dossier, services, jour), services, jour)))


def examiner_d_abord(attentes: Iterable[Attente]) -> list[Attente]:
    """Return what is awaited with the gestes that are accepted while a doubt is to be examined: no award, its examination first."""
    return [replace(attente, gestes=tuple(_acceptes(attente.gestes))) for attente in attentes]


def _acceptes(gestes: tuple[GesteAttendu, ...]) -> list[GesteAttendu]:
    permis = [geste for geste in gestes if geste.nom not in _ATTRIBUER]
    return sorted(permis, key=lambda geste: geste.nom != "dossier examiner-eligibilite")
