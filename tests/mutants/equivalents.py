"""Mutants that change nothing for anybody, each with its reason: they are not drawn."""

from typing import Final

EQUIVALENTS: Final[dict[str, str]] = {
    "kernel/delais/calendrier.py _chomes : …di + 7 * rang * JOUR for rang in range(53)) → "
    "…di + 7 * rang * JOUR for rang in range(54))": "no year has 54 Saturdays: the filter that follows keeps those of it",
    "kernel/delais/calendrier.py _feries : …ntry_holidays('FR', years=annee, expand=False, language='fr')) → "
    "…ntry_holidays('FR', years=annee, expand=True, language='fr'))": "the copy that is made holds the year asked for",
}
