"""What agents type around a request while it is instructed: their answers to what was found against it."""

from collections.abc import Callable
from typing import Final

from tests.simulateur.situe import Options, Situe


def _repondre_motif(s: Situe) -> Options:
    motifs = s.etat.motifs_sans_reponse or s.etat.motifs_retenus
    if not motifs:
        return None
    sens = "leve" if s.rng.random() < 0.9 else "retenu"
    motif = {"motif": motifs[0].code, "objet": motifs[0].objet}
    return {"dossier": s.etat.ref, **motif, "sens": sens, "justification": "exemple fictif"}


INSTRUCTION: Final[dict[str, Callable[[Situe], Options]]] = {"dossier repondre-motif": _repondre_motif}
