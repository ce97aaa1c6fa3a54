"""How far a long command is, on a live line of stderr."""

from typing import Final

from rich.console import Console

erreurs: Final = Console(stderr=True, highlight=False, markup=False, emoji=False)
