"""What people type of recours and of their like: filed, answered, withdrawn; a date corrected, an avis asked no more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from aggregates.dossier import Dossier
from kernel.instants import jour_de
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


def _avis(s: Situe) -> dict[str, Any]:
    return {"dossier": s.etat.ref, "aupres_de": s.objet or "ville"}


def _recours_connu(s: Situe) -> dict[str, Any]:
    return {"dossier": s.etat.ref, "recours": s.rang}


def _corriger_date(s: Situe) -> Options:
    """Move the date of one of its facts by a few days, often more than its order bears."""
    version = s.rng.randint(1, max(1, s.etat.version))
    le = jour_de(s.maintenant) - timedelta(days=s.rng.choice((0, 1, 3, 20)))
    return {"dossier": s.etat.ref, "fait": version, "vraie_date": le, "motif": "exemple fictif"}


RECOURS: Final[dict[str, Callable[[Situe], Options]]] = {
    "dossier enregistrer-recours": _recours,
    "dossier repondre-recours": lambda s: {**_recours_connu(s), "sens": "rejete", "texte": "exemple fictif"},
    "dossier revoquer-avis": lambda s: {**_avis(s), "motif": "exemple fictif"},
    "dossier corriger-date": _corriger_date,
    "dossier retirer-recours": lambda s: {**_recours_connu(s), "motif": "exemple fictif"},
    "dossier demander-motifs-du-rejet": lambda s: {"dossier": s.etat.ref},
    "dossier communiquer-motifs-du-rejet": lambda s: {"dossier": s.etat.ref, "motifs": "exemple fictif"},
}
