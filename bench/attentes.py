"""What it costs to say what a dossier of two hundred facts awaits: asked at each page, each geste and each wake-up."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final, NamedTuple
from uuid import uuid4

from aggregates.dossier import Dossier
from aggregates.dossier import attentes as attentes_de
from aggregates.dossier.etat import PieceExigee
from bench.dossiers import empreinte
from bench.mesure import Ampleur, Mesure, machine, mediane
from bench.vies import EN_INSTRUCTION, PROPOSEE, PasDeVie, arrivee, commander, id_de
from kernel.attentes import Delai, Nature

FAITS: Final = 200
FOIS: Final = 2_000
_PIECES: Final = Delai(code="pieces", duree="15 jours", source="exemple fictif", nature=Nature.REGLEMENT)
_AVIS: Final = Delai(code="avis", duree="2 mois", source="exemple fictif", nature=Nature.REGLEMENT)
_DEBUT, _PAS = datetime(2026, 1, 12, 8, tzinfo=UTC), timedelta(hours=1)
_CODES: Final = tuple(f"piece-{rang:02d}" for rang in range(40))
_EXIGEES: Final = tuple(PieceExigee(code=code, exigee_par="exemple fictif") for code in _CODES)


def attentes(ampleur: Ampleur) -> list[Mesure]:
    """Measure, in memory, three lives that have as many facts: whose pièces are awaited, an avis, a visa."""
    fois = ampleur.choisir(FOIS, 20)
    return [_mesurer(nom, vie, fois, ampleur.tours) for nom, vie in VIES.items()]


def _mesurer(nom: str, vie: "VieLongue", fois: int, tours: int) -> Mesure:
    depart, dossier, durees = machine(), vivre(vie), []
    for _ in range(tours):
        debut = time.thread_time()
        for _ in range(fois):
            attendues = attentes_de(dossier)
        durees.append((time.thread_time() - debut) / fois)
    return Mesure(
        nom=f"attentes.{nom}",
        valeur=mediane(durees) * 1_000_000,
        unite="µs",
        conditions=f"{dossier.version} faits, {len(attendues)} attentes, en mémoire, temps de processeur, {fois} fois par tour ; {depart}",
    )


def vivre(vie: "VieLongue") -> Dossier:
    """Return the dossier of a life, one command an hour."""
    dossier, rangs = Dossier(id_de(1)), count()

    def faire(pas: PasDeVie) -> None:
        commander(dossier, pas, 1, _DEBUT + next(rangs) * _PAS)

    for pas in vie.debut:
        faire(pas)
    suite = vie.milieu()
    while dossier.version < FAITS - len(vie.fin):
        faire(next(suite))
    for pas in vie.fin:
        faire(pas)
    return dossier


def _pas(decider: Callable[[Any], object], acteur: str = "ines") -> PasDeVie:
    return PasDeVie("dossier essayer", lambda dossier, _: decider(dossier), acteur)


def _demandes() -> Iterator[PasDeVie]:
    """Yield each pièce asked for, received, set aside, asked for again and received: each demande suspends the silence."""
    for rang, code in enumerate(_CODES):
        demander = _pas(lambda d, code=code: _demander(d, code))  # type: ignore[misc]
        yield from (demander, _recevoir(code, 2 * rang))
        yield _pas(lambda d, code=code: d.ecarter_piece(code, uuid4()))  # type: ignore[misc]
        yield from (demander, _recevoir(code, 2 * rang + 1))


def _demander(dossier: Dossier, code: str) -> None:
    """Ask for a pièce by a letter that the applicant has the same day."""
    dossier.recevoir_la_demande(dossier.demander_pieces([code], _PIECES))


def _recevoir(code: str, rang: int) -> PasDeVie:
    return _pas(lambda d: d.recevoir_piece(code, empreinte(rang), uuid4()))


def _avis() -> Iterator[PasDeVie]:
    for rang in count():
        service = f"service-{rang}"
        yield _pas(lambda d, service=service: d.demander_avis(service, _AVIS))  # type: ignore[misc]
        yield _pas(lambda d, service=service: d.recevoir_demande_avis(service, presumee=True))  # type: ignore[misc]
        yield _pas(lambda d, service=service: d.rendre_avis(service, "favorable", None))  # type: ignore[misc]


def _de(*etapes: Iterable[PasDeVie]) -> list[PasDeVie]:
    return [pas for etape in etapes for pas in etape]


class VieLongue(NamedTuple):
    """What happens to it; its middle is as long as it needs to be."""

    debut: list[PasDeVie]
    milieu: Callable[[], Iterator[PasDeVie]]
    fin: Sequence[PasDeVie] = ()


_COMPLETE: Final = _de(*EN_INSTRUCTION[:-1])
VIES: Final = {
    "pieces": VieLongue(_de(arrivee(pieces_exigees=_EXIGEES)), _demandes),
    "avis": VieLongue(_COMPLETE, _avis),
    "visa": VieLongue(_COMPLETE, _avis, PROPOSEE[-2]),
}
