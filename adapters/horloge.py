"""The host's clock, where no store is at hand."""

from datetime import UTC, datetime

from kernel.instants import Instant


class HorlogeReelle:
    """The clock of this machine, in UTC."""

    def maintenant(self) -> Instant:
        return datetime.now(UTC)
