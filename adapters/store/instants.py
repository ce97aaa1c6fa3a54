"""How an instant is written in an SQLite store."""

from datetime import UTC

from kernel.instants import Instant


def en_texte(instant: Instant) -> str:
    """Return an instant in UTC with six decimals, always, so that the order of texts is that of time."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
