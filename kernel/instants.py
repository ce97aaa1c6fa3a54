"""Instants and civil dates, Europe/Paris: a date used as an instant means its end, at 24:00."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

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
    return effet.astimezone(PARIS).date() if isinstance(effet, datetime) else effet


def dernier_jour(echeance: Instant) -> date:
    """Return the day at whose end an échéance falls: 24:00 belongs to the day it ends."""
    return jour_de(echeance - timedelta(microseconds=1))


def instant_de(effet: Effet) -> Instant:
    """Return the instant from which an effect is wholly in the past: itself, or the end of the day."""
    return effet.astimezone(UTC) if isinstance(effet, datetime) else fin_de_jour(effet)


def debut_de(effet: Effet) -> Instant:
    """Return the instant from which an effect starts: itself, or 00:00 of the day. What it opens is due from then."""
    return effet.astimezone(UTC) if isinstance(effet, datetime) else debut_de_jour(effet)


def rfc3339(instant: Instant) -> str:
    """Return an instant as RFC 3339 in UTC, ending with Z, for whoever reads a document."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def triable(instant: Instant) -> str:
    """Return an instant as it is stored: RFC 3339 with six decimals, always, so that the order of texts is that of time."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def texte_d_effet(effet: Effet) -> str:
    """Return AAAA-MM-JJ for a date, RFC 3339 for an instant."""
    return rfc3339(effet) if isinstance(effet, datetime) else effet.isoformat()
