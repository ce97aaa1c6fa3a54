"""How long a document takes: one page alone, and five hundred in a batch, none like another."""

import time
from datetime import UTC, datetime
from statistics import median
from typing import Any, Final

from adapters.editions import EditeurTypst
from bench.mesure import Ampleur, Mesure
from scenarios.institution import SERVICE

_LE: Final = datetime(2026, 3, 2, tzinfo=UTC)


def _donnees(rang: int) -> dict[str, Any]:
    return {
        "institution": "Région d’exemple",
        "service": SERVICE,
        "destinataire": [f"Association d’exemple {rang}"],
        "le": "2 mars 2026",
        "public": False,
        "dossier": {"ref": f"NQE-2026-{rang}", "demandeur": f"Exemple {rang}", "objet": "Été au Pile", "montant": None},
        "recue_le": "12 janvier 2026",
        "electronique": True,
        "rejet_le": "12 mars 2026",
        "pieces": ["statuts"],
    }


def documents(ampleur: Ampleur) -> list[Mesure]:
    """Compose accusés, in this process, the first one apart: it loads the tool and the fonts."""
    editeur, durees = EditeurTypst(), []
    combien = ampleur.choisir(500, 3)
    for rang in range(combien + 1):
        debut = time.perf_counter()
        editeur.composer("accuse_reception", _donnees(rang), _LE)
        durees.append(time.perf_counter() - debut)
    conditions = f"{combien} accusés d’une page, PDF/A-2a et PDF/UA-1 déclarés, un processus"
    return [
        Mesure(nom="documents.page", valeur=median(durees[1:]) * 1000, unite="ms", conditions=conditions),
        Mesure(nom="documents.premier", valeur=durees[0] * 1000, unite="ms", conditions="outil et polices chargés"),
        Mesure(nom="documents.lot", valeur=sum(durees[1:]), unite="s", conditions=conditions),
    ]
