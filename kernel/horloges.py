"""May what a clock says be recorded after what the store holds? The rule, which knows no clock (ADR 0027)."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from kernel.identifiants import SYSTEME
from kernel.instants import Instant, dire_effet, rfc3339
from kernel.refus import Empechement

SAUT_MAXIMAL: Final = timedelta(days=31)
"""A clock further after the last recording is wrong, or the store slept and an administrateur says so."""
RECUL: Final = timedelta(minutes=5)
"""A clock further before it is wrong, or the store is: no person acts."""
RECUL_DU_MOTEUR: Final = timedelta(seconds=1)
"""The engine waits for the clock instead: it has no hurry, and what it records is due by the clock."""
ACCEPTATION: Final = "horloge.saut_accepte.v1"
"""The topic of the one fact that may be recorded after a jump: the next ones are then recorded after it."""


class HorlogeSuspecte(Empechement, code="horloge_suspecte"):
    """The clock is too far from the last recording, and nothing was written."""

    def __init__(self, horloge: Instant, tete: Instant) -> None:
        apres = horloge > tete
        sens, sortie = (
            (
                "après",
                "Si la base a vraiment dormi, un administrateur le dit : diligence horloge accepter --motif MOTIF.",
            )
            if apres
            else ("avant", "Si c’est la base qui est en avance : docs/exploitation.md, « Clocks ».")
        )
        super().__init__(
            f"L’horloge dit le {dire_effet(horloge)}, loin {sens} le dernier enregistrement de la base, du "
            f"{dire_effet(tete)} : rien n’est écrit. Vérifiez l’heure de la machine. {sortie}",
            horloge=rfc3339(horloge),
            tete=rfc3339(tete),
        )


def concorde(
    horloge: Instant, tete: Instant | None, saut: timedelta, acteur: str = SYSTEME, topics: Collection[str] = ()
) -> bool:
    """Tell whether these facts of that acteur may be recorded at that instant, after a store last written at `tete`."""
    if tete is None:
        return True
    recul = RECUL_DU_MOTEUR if acteur == SYSTEME else RECUL
    return tete - horloge <= recul and (horloge - tete <= saut or ACCEPTATION in topics)


def exiger_concordance(
    horloge: Instant, tete: Instant | None, saut: timedelta, acteur: str, topics: Collection[str] = ()
) -> None:
    """Let a clock that agrees pass, as `concorde` tells it, or raise HorlogeSuspecte."""
    if tete is not None and not concorde(horloge, tete, saut, acteur, topics):
        raise HorlogeSuspecte(horloge, tete)
