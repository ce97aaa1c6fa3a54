"""Au and connu_au: what was true, and what was known."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kernel.delais.calendrier import DERNIERE_ANNEE, PREMIERE_ANNEE
from kernel.instants import Effet, Instant, en_iso, fin_de_jour, instant_de, lire_iso, rfc3339, texte_d_effet
from kernel.refus import SaisieInvalide

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Moment:
    """`au` a civil date (its end) or an instant; `connu_au` an instant; None is now, everything known."""

    au: Effet | None = None
    connu_au: Instant | None = None

    def juge_a(self, maintenant: Instant) -> Instant:
        """Return the instant at which late days are counted."""
        return maintenant if self.au is None else instant_de(self.au)

    def en_json(self) -> dict[str, Any]:
        """Return the two dates as the contract shows them."""
        return {
            "au": None if self.au is None else texte_d_effet(self.au),
            "connu_au": None if self.connu_au is None else rfc3339(self.connu_au),
        }


def lire_effet(texte: str | None) -> Effet | None:
    """Read JJ/MM/AAAA, AAAA-MM-JJ or an RFC 3339 instant, or refuse with SaisieInvalide."""
    if texte is None:
        return None
    try:
        ecrit = en_iso(texte)
        if not _DATE.match(ecrit):  # Python also reads weeks, and dates without hyphens
            raise ValueError
        lu = lire_iso(ecrit)
        if isinstance(lu, datetime) and lu.tzinfo is None:
            raise ValueError
    except ValueError:
        message = f"Date impossible : « {texte} » (JJ/MM/AAAA, AAAA-MM-JJ, ou un instant avec son fuseau)."
        raise SaisieInvalide(message, date=texte) from None
    if not PREMIERE_ANNEE < lu.year < DERNIERE_ANNEE:
        bornes = f"{PREMIERE_ANNEE + 1} et {DERNIERE_ANNEE - 1}"
        raise SaisieInvalide(f"L’année {lu.year} n’est pas entre {bornes}.", date=texte)
    return lu


def lire_instant(texte: str | None) -> Instant | None:
    """Read an instant; a civil date means its end."""
    effet = lire_effet(texte)
    return effet if effet is None or isinstance(effet, datetime) else fin_de_jour(effet)
