"""While no decision is taken, silence runs."""

from collections.abc import Iterator

from aggregates.dossier.etat import EtatDossier
from aggregates.dossier.silence.calcul import echeance_du_silence, rejet_implicite_ne, suspensions
from kernel.attentes import Attente, Cle, Role
from kernel.instants import debut_de_jour


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the clock of silence until it is recorded or a decision comes."""
    echeance = echeance_du_silence(dossier)
    if echeance is None or dossier.silence is None or dossier.silence_depuis is None:
        return
    if not dossier.tient_encore or rejet_implicite_ne(dossier):
        return
    yield Attente(
        Cle("silence", "", 1),
        de=Role.INSTRUCTEUR,
        depuis=debut_de_jour(dossier.silence_depuis),
        echeance=echeance.dernier_instant,
        automatisme="constater_rejet_implicite",
        gestes=("proposer", "retirer", "classer-sans-suite", "declarer-irrecevable"),
        suspensions=suspensions(dossier),
        nature=dossier.silence.nature,
        fondement=dossier.silence.source,
    )
