"""A calendar as agendas read it (iCalendar, RFC 5545): whole days, no person, no alarm."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.instants import Instant

_OCTETS_PAR_LIGNE = 75


@dataclass(frozen=True, slots=True)
class Rendezvous:
    """What falls due at the end of a day; `uid` stays the same from one download to the next."""

    uid: str
    jour: date
    titre: str
    detail: str


def ecrire_calendrier(evenements: Iterable[Rendezvous], maintenant: Instant) -> str:
    """Return the calendar, as of an instant."""
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Diligence//Echeances//FR", "CALSCALE:GREGORIAN"]
    for evenement in evenements:
        lignes += [
            "BEGIN:VEVENT",
            f"UID:{_texte(evenement.uid)}",
            f"DTSTAMP:{maintenant:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{evenement.jour:%Y%m%d}",
            f"DTEND;VALUE=DATE:{evenement.jour + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_texte(evenement.titre)}",
            f"DESCRIPTION:{_texte(evenement.detail)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lignes.append("END:VCALENDAR")
    return "".join(f"{_plier(ligne)}\r\n" for ligne in lignes)


def _texte(texte: str) -> str:
    """Escape what has a meaning in a property (RFC 5545 §3.3.11)."""
    for signe, ecrit in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        texte = texte.replace(signe, ecrit)
    return texte


def _plier(ligne: str) -> str:
    """Fold a line longer than 75 octets, never inside a character (RFC 5545 §3.1)."""
    morceaux: list[str] = []
    courant = ""
    for signe in ligne:
        if len((courant + signe).encode()) > _OCTETS_PAR_LIGNE - (1 if morceaux else 0):
            morceaux.append(courant)
            courant = ""
        courant += signe
    return "\r\n ".join([*morceaux, courant])
