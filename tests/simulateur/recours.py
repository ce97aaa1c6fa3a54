"""What people type of recours: against what silence made or what was decided, their answers, and the motives asked for."""

from collections.abc import Callable
from typing import Any, Final

from aggregates.dossier import Dossier
from tests.simulateur.situe import Options, Situe


def _recours(s: Situe) -> Options:
    """Attack what silence made, or what was decided, mostly where there is something to attack."""
    attaquables = [d for d in s.du_genre("dossier") if isinstance(d, Dossier) and (d.rejets_implicites or d.decide_le)]
    etat = s.rng.choice(attaquables) if attaquables else s.etat
    return {
        "dossier": etat.ref,
        "nature": s.rng.choice(("gracieux", "gracieux", "contentieux")),
        "par": s.rng.choice(("demandeur", "tiers")),
        "contre": s.rng.choice(("rejet_implicite", "decision")),
        "texte": "exemple fictif",
    }


def _recours_connu(s: Situe) -> dict[str, Any]:
    return {"dossier": s.etat.ref, "recours": s.rang}


RECOURS: Final[dict[str, Callable[[Situe], Options]]] = {
    "dossier enregistrer-recours": _recours,
    "dossier repondre-recours": lambda s: {**_recours_connu(s), "sens": "rejete", "texte": "exemple fictif"},
    "dossier retirer-recours": lambda s: {**_recours_connu(s), "motif": "exemple fictif"},
    "dossier demander-motifs-du-rejet": lambda s: {"dossier": s.etat.ref},
    "dossier communiquer-motifs-du-rejet": lambda s: {"dossier": s.etat.ref, "motifs": "exemple fictif"},
}
