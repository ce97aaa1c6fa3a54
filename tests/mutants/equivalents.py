"""Mutants that change nothing for anybody, each with its reason."""

from typing import Final

EQUIVALENTS: Final[dict[str, str]] = {}
