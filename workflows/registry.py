"""Which workflow follows which kind of aggregate, on which task queue; a kind not here awaits nothing of the engine."""

from dataclasses import dataclass
from typing import Final

from workflows.suivi import Suiveur
from workflows.types.bordereau import SuiviBordereau
from workflows.types.campagne import SuiviCampagne
from workflows.types.deliberation import SuiviDeliberation
from workflows.types.dossier import SuiviDossier
from workflows.types.enveloppe import SuiviEnveloppe
from workflows.types.seance import SuiviSeance
from workflows.types.subvention import SuiviSubvention
from workflows.types.tiers import SuiviTiers

SUIVI: Final = "suivi"
PAIEMENT: Final = "paiement"
"""Apart: what moves money has its own workers, rights and pace."""
FILES: Final = (SUIVI, PAIEMENT)


@dataclass(frozen=True, slots=True)
class TypeDeSuivi:
    """The workflow of one kind of aggregate."""

    agregat: str
    classe: type[Suiveur]
    task_queue: str = SUIVI

    @property
    def nom(self) -> str:
        """Return the name Temporal keeps: it outlives every rename of the class."""
        return f"Suivi{self.agregat.capitalize()}"


SUIVIS: Final[dict[str, TypeDeSuivi]] = {
    suivi.agregat: suivi
    for suivi in (
        TypeDeSuivi("campagne", SuiviCampagne),
        TypeDeSuivi("dossier", SuiviDossier),
        TypeDeSuivi("seance", SuiviSeance),
        TypeDeSuivi("deliberation", SuiviDeliberation),
        TypeDeSuivi("enveloppe", SuiviEnveloppe),
        TypeDeSuivi("tiers", SuiviTiers),
        TypeDeSuivi("subvention", SuiviSubvention, PAIEMENT),
        TypeDeSuivi("bordereau", SuiviBordereau, PAIEMENT),
    )
}

SANS_SUIVI: Final = frozenset({"agent", "assemblee", "chrono"})
"""Kinds the engine never has anything to do for: their facts wake nobody."""


def classes(task_queue: str) -> list[type[Suiveur]]:
    """Return the workflow types of one task queue."""
    return [suivi.classe for suivi in SUIVIS.values() if suivi.task_queue == task_queue]
