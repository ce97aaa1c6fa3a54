"""What would be made again for each test, made once by a process, then copied."""

import shutil
import tempfile
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
_modeles: dict[Hashable, tuple[tempfile.TemporaryDirectory[str], Any]] = {}
"""By what made them; erased with this process."""


def copier(vers: Path, modele: Hashable, faire: Callable[[Path], T]) -> T:
    """Copy into a folder what `faire` leaves in one of its own, the first time; return what it returned."""
    if modele not in _modeles:
        neuf = tempfile.TemporaryDirectory(prefix="diligence-modele-")
        _modeles[modele] = neuf, faire(Path(neuf.name))
    dossier, rendu = _modeles[modele]
    shutil.copytree(dossier.name, vers, dirs_exist_ok=True)
    fait: T = rendu
    return fait
