"""What agents type around a request while it is instructed: their answers to what was found against it, the nature of who asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from kernel.instants import jour_de
from tests.simulateur.situe import Options, Situe


def _repondre_motif(s: Situe) -> Options:
    motifs = [m for m in s.etat.motifs_sans_reponse or s.etat.motifs_retenus if m.code != "financeur_inconnu"]
    if not motifs:
        return None
    sens = "leve" if s.rng.random() < 0.9 else "retenu"
    motif = {"motif": motifs[0].code, "objet": motifs[0].objet}
    return {"dossier": s.etat.ref, **motif, "sens": sens, "justification": "exemple fictif"}


def _coder_financeur(s: Situe) -> Options:
    """Name a funder that nobody knows yet, when one is awaited."""
    rangs = [int(motif.objet) for motif in s.etat.motifs_sans_reponse if motif.code == "financeur_inconnu"]
    if not rangs:
        return None
    return {"dossier": s.etat.ref, "ligne": rangs[0], "financeur": "prive", "source": "exemple fictif"}


NATURES: Final = ("9220", "9220", "9220", "7210", "7343")
"""Associations mostly; a commune, an EPCI, to which much of the law of « le public » does not apply."""


def _declarer_nature(s: Situe) -> Options:
    """Say what an applicant is, since today, since last month, or long since."""
    du = jour_de(s.maintenant) - timedelta(days=s.rng.choice((0, 30, 400)))
    return {"tiers": s.etat.ref, "categorie": s.rng.choice(NATURES), "du": du, "source": "exemple fictif"}


def _examiner(s: Situe) -> Options:
    """Examine again what is not voted, now and then: mostly it is silent."""
    return {"dossier": s.etat.ref} if s.rng.random() < 0.1 else None


INSTRUCTION: Final[dict[str, Callable[[Situe], Options]]] = {
    "dossier repondre-motif": _repondre_motif,
    "dossier coder-financeur": _coder_financeur,
    "dossier examiner-eligibilite": _examiner,
    "tiers declarer-nature": _declarer_nature,
}
