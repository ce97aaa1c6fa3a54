"""What is offered for the fields of one form: the lists of the application, and the aggregates of the read models."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from application import mots
from application.choix import LISTES, Possible, possibles
from readmodels.file import requetes
from web.formulaire.champs import ChampDeGeste
from web.portes import Portes

DOSSIERS_PRETS: Final = "dossiers_prets"
AU_PLUS: Final = 200
"""Aggregates offered by name; beyond, they are typed: the first ones would not be those looked for."""


@dataclass(frozen=True)
class Offres:
    """The lists that one form needs, each read once."""

    portes: Portes
    agregat: Any
    dit: Callable[[str], str]
    """What was typed in a field of the geste."""
    _lues: dict[str, tuple[Possible, ...]] = field(default_factory=dict)

    def __call__(self, champ: ChampDeGeste) -> tuple[Possible, ...]:
        """Return what is offered for a field, nothing when it has no list."""
        if champ.choix is None:
            return ()
        parmi = champ.choix.parmi
        if parmi not in self._lues:
            self._lues[parmi] = self._lire(parmi)
        return self._lues[parmi]

    def _lire(self, parmi: str) -> tuple[Possible, ...]:
        if parmi in LISTES:
            dits = {nom: self.dit(nom) for nom in ("campagne", "deliberation")}
            return possibles(self.portes.services, parmi, self.agregat, dits)
        lectures = self.portes.a_jour()
        if parmi == DOSSIERS_PRETS:
            lues = requetes.file(lectures, self.portes.services.maintenant(), de="assemblees", limite=AU_PLUS)["lignes"]
            prets = [ligne for ligne in lues if ligne["attente"]["code"] == "inscription"]
            return tuple(Possible(li["ref"], f"{li['ref']} – {li['beneficiaire']}, {li['objet']}") for li in prets)
        lues = requetes.lister(lectures, parmi, limite=AU_PLUS)
        return tuple(Possible(li["ref"], _nom(li)) for li in lues["lignes"]) if lues["total"] <= AU_PLUS else ()


def _nom(ligne: dict[str, Any]) -> str:
    return f"{ligne['ref']} – {mots.mot(mots.ETAPES, ligne['etat'])}" if ligne["etat"] else str(ligne["ref"])
