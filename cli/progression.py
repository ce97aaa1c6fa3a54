"""How far a long command is, on a live line of stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

erreurs: Final = Console(stderr=True, highlight=False, markup=False, emoji=False)


@contextmanager
def progression(debut: str, *, muet: bool) -> Iterator[Callable[[str, float], None]]:
    """Yield what is told what is being done, and which share of the whole is behind; nothing is shown without a person."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=erreurs,
        disable=muet or not erreurs.is_terminal,
        transient=True,
    ) as barre:
        tache = barre.add_task(debut, total=1.0)
        yield lambda quoi, part: barre.update(tache, description=quoi, completed=part)
