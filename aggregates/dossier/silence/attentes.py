"""While no decision is taken, silence runs."""

from collections.abc import Iterator

from aggregates.dossier.etat import AVANT_COMPLETUDE, Etat, EtatDossier
from aggregates.dossier.silence.calcul import (
    echeance_du_silence,
    produites_le,
    rejet_implicite_ne,
    silence_rompu,
    suspensions,
)
from kernel.attentes import Attente, Cle, Role
from kernel.instants import debut_de_jour


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the clock of silence until it is recorded, or a decision came before its end.

    A history may be entered late: when the silence had lasted before the decision, the engine still owes the fact.
    """
    echeance = echeance_du_silence(dossier)
    if echeance is None or dossier.silence is None or dossier.silence_depuis is None:
        return
    if rejet_implicite_ne(dossier) or silence_rompu(dossier, echeance.dernier_jour):
        return
    yield Attente(
        Cle("silence", "", 1),
        de=Role.INSTRUCTEUR if dossier.tient_encore else Role.SYSTEME,
        depuis=debut_de_jour(dossier.silence_depuis),
        echeance=echeance.dernier_instant,
        automatisme="constater_rejet_implicite",
        gestes=_gestes(dossier),
        suspensions=suspensions(dossier),
        nature=dossier.silence.nature,
        fondement=dossier.silence.source,
    )


def _gestes(dossier: EtatDossier) -> tuple[str, ...]:
    """Return what ends the silence from this état: the vote, or the end of the request."""
    if not dossier.tient_encore:
        return ()
    gestes = ["voter"] if dossier.etat is Etat.INSCRIT else []
    if dossier.etat in AVANT_COMPLETUDE | {Etat.COMPLET, Etat.EN_INSTRUCTION}:
        gestes.append("declarer-irrecevable")
    echues = [demande for demande in dossier.demandes_de_pieces if demande.version in dossier.demandes_echues]
    if dossier.etat is Etat.INCOMPLET and any(produites_le(dossier, demande.pieces) is None for demande in echues):
        gestes.append("classer-sans-suite")
    return (*gestes, "retirer")
