"""Every aggregate as its stored facts give it, followed fact by fact: what people see, what decisions are held against."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from aggregates.registre import ESPECES
from application.consultations.attendu import Situation, situation_de
from kernel.agregat import Agregat, plier
from kernel.faits import Inscription

_HORS_ETAT = ("inscriptions", "_nouvelles", "_contexte")


class Etats:
    """All of them, not to be changed by who reads: a fact is applied once, where the engine folds a stream at each reading."""

    def __init__(self) -> None:
        self.etats: dict[UUID, Any] = {}
        self.situations: dict[UUID, Situation] = {}
        """What each awaits, computed once per version."""
        self.par_genre: dict[str, list[UUID]] = {}
        self.a_faire: dict[UUID, str] = {}
        """Those from which people are awaited, with their kind, in a stable order."""
        self._a_nous: set[UUID] = set()

    def copier(self) -> "Etats":
        """Return an independent copy: a state that is shared is folded anew before it changes."""
        copie = Etats()
        copie.etats, copie.situations, copie.a_faire = dict(self.etats), dict(self.situations), dict(self.a_faire)
        copie.par_genre = {genre: list(ids) for genre, ids in self.par_genre.items()}
        self._a_nous.clear()
        return copie

    def suivre(self, identifiant: UUID, inscriptions: Sequence[Inscription]) -> None:
        """Apply the facts of one command, and see what is awaited then."""
        genre = inscriptions[0].entete.agregat
        if identifiant not in self.etats:
            self.par_genre.setdefault(genre, []).append(identifiant)
        if identifiant not in self._a_nous:
            self._a_nous.add(identifiant)
            connues = self.etats[identifiant].inscriptions if identifiant in self.etats else ()
            self.etats[identifiant] = plier(ESPECES[genre].classe, identifiant, connues)
        etat = self.etats[identifiant]
        etat.poursuivre(inscriptions)
        situation = self.situations[identifiant] = situation_de(etat)
        if any(attente.gestes for attente in situation.attentes):
            self.a_faire[identifiant] = genre
        else:
            self.a_faire.pop(identifiant, None)

    def du_genre(self, genre: str) -> list[Any]:
        """Return every aggregate of a kind."""
        return [self.etats[identifiant] for identifiant in self.par_genre.get(genre, ())]


def meme_etat(un: Agregat, autre: Agregat) -> bool:
    """Tell whether two folds give the same: all but what the command under way left there."""
    return _etat(un) == _etat(autre)


def _etat(agregat: Agregat) -> dict[str, Any]:
    etat = agregat.__dict__.copy()
    for champ in _HORS_ETAT:
        del etat[champ]
    return etat
