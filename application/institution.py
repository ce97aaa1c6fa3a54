"""Who awards: the one place where the institution is named."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Institution:
    """A public body, as it signs what it publishes."""

    denomination: str
    siret: str


REGION: Final = Institution("Région Hauts-de-France", "20005374200017")
"""Source: répertoire Sirene (public), siège of the Région Hauts-de-France, SIREN 200 053 742."""
COMMISSION_PERMANENTE: Final = "commission-permanente"
"""The assembly that votes its aids, as its composition is recorded."""
