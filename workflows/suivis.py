"""Under which name each kind of aggregate is followed, on which task queue; a kind not here awaits nothing of the engine."""

from dataclasses import dataclass
from typing import Final

SUIVI: Final = "suivi"
PAIEMENT: Final = "paiement"
"""Apart: what moves money has its own workers, rights and pace."""
FILES: Final = (SUIVI, PAIEMENT)


@dataclass(frozen=True, slots=True)
class TypeDeSuivi:
    """The workflow type of one kind of aggregate: a name, which Temporal keeps for ever; `suivi.Suiveur` runs them all."""

    nom: str
    task_queue: str = SUIVI


SUIVIS: Final = {
    "campagne": TypeDeSuivi("SuiviCampagne"),
    "dossier": TypeDeSuivi("SuiviDossier"),
    "seance": TypeDeSuivi("SuiviSeance"),
    "deliberation": TypeDeSuivi("SuiviDeliberation"),
    "enveloppe": TypeDeSuivi("SuiviEnveloppe"),
    "tiers": TypeDeSuivi("SuiviTiers"),
    "agent": TypeDeSuivi("SuiviAgent"),
    "subvention": TypeDeSuivi("SuiviSubvention", PAIEMENT),
    "bordereau": TypeDeSuivi("SuiviBordereau", PAIEMENT),
}

SANS_SUIVI: Final = frozenset({"assemblee", "chrono", "horloge"})
"""Kinds the engine never has anything to do for: their facts wake nobody."""
