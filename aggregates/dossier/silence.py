"""Two months of silence: a refusal is born, a legal fact that stops nothing (CRPA L231-4 3°).

When it is born is computed from dated items, so that late recordings in any order agree.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from aggregates.dossier.etat import EtatDossier, FaitDossier
from kernel.attentes import Attente, Cle, Delai, Role
from kernel.delais import Echeance, Intervalle
from kernel.faits import Entete, Noms
from kernel.instants import Instant, debut_de_jour


class RejetImpliciteNe(FaitDossier, topic="dossier.rejet_implicite_ne.v1"):
    """Silence lasted: a refusal exists in law and may be challenged; instruction goes on and an award replaces it."""

    ne_le: date
    source: str

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.rejets_implicites[entete.version] = self.ne_le

    def phrase(self, noms: Noms) -> str:
        return f"Rejet implicite né du silence le {self.ne_le:%d/%m/%Y} ({self.source}) ; l’instruction continue."


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
    return tuple(sorted(intervalles))


def echeance_du_silence(dossier: EtatDossier) -> Echeance | None:
    """Return when two months of silence are over, suspensions included; None when no clock was started."""
    if dossier.silence is None or dossier.silence_depuis is None:
        return None
    return _compter(dossier.silence, dossier.silence_depuis, suspensions(dossier))


@lru_cache(maxsize=4096)
def _compter(delai: Delai, depuis: date, arrets: tuple[Intervalle, ...]) -> Echeance:
    """Count it once: the same clock is read after each fact, by what is awaited, the queue and the screens."""
    return delai.echoir(depuis, arrets)


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


class Silence(EtatDossier):
    """What two months of silence do."""

    @property
    def porte_un_rejet_implicite(self) -> bool:
        """Tell it to what shows every kind of aggregate."""
        return rejet_implicite_ne(self)

    def constater_rejet_implicite(self, au: Instant) -> None:
        """Record the refusal with its legal date, or refuse with GesteImpossible while it is not due at `au`.

        Silent when it is recorded. A late demande de pièces that moved the date gives a correction of the former fact.
        """
        echeance = echeance_du_silence(self)
        if echeance is not None and echeance.dernier_jour in self.rejets_implicites.values():
            return
        du = echeance is not None and echeance.dernier_instant <= au
        if echeance is None or self.silence is None or not du or silence_rompu(self, echeance.dernier_jour):
            raise self.impossible("constater-rejet-implicite", "le silence n’a pas duré le temps que la loi dit")
        precedent = max(self.rejets_implicites, default=None)
        fait = RejetImpliciteNe(ne_le=echeance.dernier_jour, source=self.silence.source)
        self.survient(fait, effectif_le=echeance.dernier_jour, corrige=precedent)


def attentes(dossier: EtatDossier, suite: Attente | None) -> Iterator[Attente]:
    """Yield the clock of silence until it is recorded, or a decision came before its end.

    What ends it is what the dossier awaits next (`suite`): there are the gestes. A history may be entered late: when the
    silence had lasted before the decision, the engine still owes the fact.
    """
    echeance = echeance_du_silence(dossier)
    if echeance is None or dossier.silence is None or dossier.silence_depuis is None:
        return
    if rejet_implicite_ne(dossier) or silence_rompu(dossier, echeance.dernier_jour):
        return
    attendu = None if suite is None or suite.de is not Role.PORTEUR else Role.INSTRUCTEUR
    yield Attente(
        Cle("silence", "", 1),
        de=attendu or (Role.SYSTEME if suite is None else suite.de),
        depuis=debut_de_jour(dossier.silence_depuis),
        echeance=echeance.dernier_instant,
        automatisme="constater_rejet_implicite",
        gestes=() if suite is None else suite.gestes,
        renvoie_a=None if suite is None else suite.renvoie_a,
        suspensions=suspensions(dossier),
        nature=dossier.silence.nature,
        fondement=dossier.silence.fondement,
    )
