"""Instants and civil dates, Europe/Paris: a date used as an instant means its end, at 24:00."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_JOUR_FRANCAIS: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_JOUR_COMMUN: Final = 22
"""Before that hour, UTC has the date of Paris: Paris was never behind it, nor more than two hours ahead."""
_ESPACE: Final = "\u00a0"

Instant = datetime
Effet = date | datetime
"""When a fact was true: a civil date (its whole day, Paris) or an instant."""


def debut_de_jour(jour: date) -> Instant:
    """Return 00:00 of that day in Paris, in UTC."""
    return datetime.combine(jour, time.min, PARIS).astimezone(UTC)


def fin_de_jour(jour: date) -> Instant:
    """Return 24:00 of that day in Paris (00:00 of the next), in UTC. CRPA: a délai ends at 24:00."""
    return debut_de_jour(jour + timedelta(days=1))


def jour_de(effet: Effet) -> date:
    """Return the civil date, in Paris, of a date or an instant."""
    if not isinstance(effet, datetime):
        return effet
    if effet.tzinfo is UTC and effet.hour < _JOUR_COMMUN:
        return effet.date()
    return effet.astimezone(PARIS).date()


def dernier_jour(echeance: Instant) -> date:
    """Return the day at whose end an échéance falls: 24:00 belongs to the day it ends."""
    return jour_de(echeance - timedelta(microseconds=1))


def instant_de(effet: Effet) -> Instant:
    """Return the instant from which an effect is wholly in the past: itself, or the end of the day."""
    return _en_utc(effet) if isinstance(effet, datetime) else fin_de_jour(effet)


def debut_de(effet: Effet) -> Instant:
    """Return the instant from which an effect starts: itself, or 00:00 of the day. What it opens is due from then."""
    return _en_utc(effet) if isinstance(effet, datetime) else debut_de_jour(effet)


def _en_utc(instant: Instant) -> Instant:
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def est_avant(effet: Effet, autre: Effet) -> bool:
    """Tell whether what was true then came before the other for sure: of two things of one day, only instants tell."""
    if isinstance(effet, datetime) and isinstance(autre, datetime):
        return effet < autre
    jour, celui_de_l_autre = jour_de(effet), jour_de(autre)
    if jour == celui_de_l_autre:
        return isinstance(effet, datetime) and effet < debut_de(autre)
    return jour < celui_de_l_autre


def rfc3339(instant: Instant) -> str:
    """Return an instant as RFC 3339 in UTC, ending with Z, for whoever reads a document."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def triable(instant: Instant) -> str:
    """Return an instant as it is stored: RFC 3339 with six decimals, always, so that the order of texts is that of time."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def texte_d_effet(effet: Effet) -> str:
    """Return AAAA-MM-JJ for a date, RFC 3339 for an instant."""
    return rfc3339(effet) if isinstance(effet, datetime) else effet.isoformat()


def en_iso(texte: str) -> str:
    """Return AAAA-MM-JJ for JJ/MM/AAAA, as people write a day; anything else is left to who reads it."""
    francais = _JOUR_FRANCAIS.fullmatch(texte.strip())
    return "-".join(reversed(francais.groups())) if francais else texte


def dire_effet(effet: Effet) -> str:
    """Return "12/01/2026", or "12/01/2026 à 10 h 02" for an instant, in Paris; a line breaks before « à », or nowhere.

    Midnight sharp says no hour: it is the end of a délai, or the beginning of a day.
    """
    jour = f"{jour_de(effet):%d/%m/%Y}"
    if not isinstance(effet, datetime) or (heure := effet.astimezone(PARIS).time()) == time.min:
        return jour
    return f"{jour} à{_ESPACE}{heure.hour}{_ESPACE}h{_ESPACE}{heure.minute:02d}"


def lire_iso(texte: str) -> Effet:
    """Return the date or the instant that a document holds."""
    return date.fromisoformat(texte) if len(texte) == len("AAAA-MM-JJ") else datetime.fromisoformat(texte)
