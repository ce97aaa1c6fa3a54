"""Write the facts for other systems."""

import json
import re
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from application.consultations.evenements import evenements
from application.services import Services

MARQUE: Final = re.compile(r'\A\{"specversion":')
"""How a file of CloudEvents of ours begins."""


def exporter_evenements(
    services: Services,
    source: str,
    *,
    apres: int = 0,
    avec_acteurs: bool = False,
    vers: Path | None = None,
    sortie: IO[str] | None = None,
    remplacer: bool = False,
) -> dict[str, Any]:
    """Write the facts recorded after a position, one CloudEvent a line; return the document.

    `source` names the store to those who read; without `vers` they go to `sortie`, or are only counted.
    `avec_acteurs`: who acted and what was typed too. `derniere_position` is what to give as `apres` the next time;
    `illisibles` counts the facts of which only the place could be written.
    """
    faits = evenements(services, source, apres=apres, avec_acteurs=avec_acteurs)
    derniere, nombre, illisibles = apres, 0, 0
    ecrire = partial(services.echanges.ecrire, marque=MARQUE, remplacer=remplacer)
    with ecrire(vers) if vers is not None else nullcontext(sortie) as flux:
        for fait in faits:
            derniere, nombre = int(fait["id"]), nombre + 1
            illisibles += "illisible" in fait["data"]["fait"]
            if flux is not None:
                flux.write(json.dumps(fait, ensure_ascii=False, separators=(",", ":")) + "\n")
    return {
        "exportes": nombre,
        "apres": apres,
        "derniere_position": derniere,
        "illisibles": illisibles,
        "vers": None if vers is None else str(vers),
    }
