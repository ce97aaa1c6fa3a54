"""Why nothing can be exported at all."""

from kernel.refus import Refus


class FormatNonDisponible(Refus, code="format_non_disponible"):
    """A format that a later version will write."""


def exporter_pes() -> None:
    """Refuse with FormatNonDisponible: PES V2 needs its own pièces and its own checks."""
    raise FormatNonDisponible(
        "Le flux PES V2 n’est pas encore disponible : il arrive avec une version ultérieure. "
        "En attendant, « exporter ordres » remet les ordres de paiement aux finances.",
        format="pes",
    )
