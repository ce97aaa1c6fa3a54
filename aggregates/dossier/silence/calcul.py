"""When silence becomes a refusal: computed from dated items, so that late recordings in any order agree."""

from datetime import date
from functools import lru_cache

from aggregates.dossier.etat import EtatDossier
from kernel.delais import Echeance, Intervalle, echoir, lire_duree


def produites_le(dossier: EtatDossier, pieces: tuple[str, ...]) -> date | None:
    """Return the day by which all these pièces had been received, None while one is missing."""
    jours = [min((jour for jour, _ in dossier.pieces_recues.get(code, ())), default=None) for code in pieces]
    return None if None in jours else max((jour for jour in jours if jour is not None), default=None)


def suspensions(dossier: EtatDossier) -> tuple[Intervalle, ...]:
    """Return the days during which the silence does not run: each demande, until its end or the production.

    Source: CRPA L114-5, « la production de ces pièces avant l'expiration du délai fixé met fin à cette suspension ».
    """
    intervalles = []
    for demande in dossier.demandes_de_pieces:
        production = produites_le(dossier, demande.pieces)
        if production is not None and production <= demande.du:
            continue  # nothing was missing that day: what was asked in error suspends nothing
        intervalles.append(
            Intervalle(demande.du, demande.jusqu_au if production is None else min(demande.jusqu_au, production))
        )
    return tuple(sorted(intervalles, key=lambda intervalle: (intervalle.du, intervalle.au)))


def echeance_du_silence(dossier: EtatDossier) -> Echeance | None:
    """Return when two months of silence are over, suspensions included; None when no clock was started."""
    if dossier.silence is None or dossier.silence_depuis is None:
        return None
    return _compter(dossier.silence_depuis, dossier.silence.duree, suspensions(dossier), dossier.silence.source)


@lru_cache(maxsize=4096)
def _compter(depuis: date, duree: str, arrets: tuple[Intervalle, ...], source: str) -> Echeance:
    """Count it once: the same clock is read after each fact, by what is awaited, the queue and the screens."""
    return echoir(depuis, lire_duree(duree), arrets, source=source)


def silence_rompu(dossier: EtatDossier, dernier_jour: date) -> bool:
    """Tell whether a decision, or the end of the request, came before the silence had lasted to the end of that day."""
    return dossier.silence_fini_le is not None and dossier.silence_fini_le <= dernier_jour


def rejet_implicite_ne(dossier: EtatDossier) -> bool:
    """Tell whether the recorded refusal is the one the law gives today.

    A demande de pièces recorded late may have moved it; a decision recorded late may have come before it.
    """
    echeance = echeance_du_silence(dossier)
    if echeance is None or silence_rompu(dossier, echeance.dernier_jour):
        return False
    return echeance.dernier_jour in dossier.rejets_implicites.values()
