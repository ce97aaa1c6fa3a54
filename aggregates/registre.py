"""Every kind of aggregate: its class and what it awaits. One line each; everything generic reads this list.

A kind is imported when it is asked for, by its name or by the topic of one of its facts: most commands know one or two.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from typing import Any, Final

from kernel.agregat import Agregat
from kernel.attentes import Attente
from kernel.faits import importer_au_besoin
from kernel.illisible import FaitIllisible


def _jamais(_: Any) -> bool:
    return False


def _rien(_: Any) -> tuple[Attente, ...]:
    return ()


@cache
def _lire(module: str, nom: str, *sinon: Any) -> Any:
    return getattr(import_module(module), nom, *sinon)


@dataclass(frozen=True, slots=True)
class Espece:
    """A kind of aggregate: `nom` is that of its ids, topics and commands.

    `peut_reposer`: it may await nothing while open; `est_termine`: nothing is awaited for good.
    """

    nom: str
    module: str
    type: str
    peut_reposer: bool = False
    est_termine: Callable[[Any], bool] = _jamais

    @property
    def classe(self) -> Any:
        """Return the aggregate."""
        return _lire(self.module, self.type)

    def attentes(self, agregat: Any) -> tuple[Attente, ...]:
        """Return what an aggregate of that kind awaits: nothing, when its module does not say.

        Raises:
            FaitIllisible: it is in a state that no decision of this program made.
        """
        lire: Callable[[Any], Iterable[Attente]] = _lire(self.module, "attentes", _rien)
        try:
            return tuple(lire(agregat))
        except Exception as erreur:
            if not agregat.inscriptions:
                raise
            derniere = agregat.inscriptions[-1]
            pourquoi = f"ce que l’élément attend alors ne se calcule pas ({type(erreur).__name__})"
            raise FaitIllisible.de(derniere.entete, derniere.fait.topic, pourquoi) from erreur


ESPECES: Final[dict[str, Espece]] = {
    espece.nom: espece
    for espece in (
        Espece("agent", "aggregates.agents", "Agent", peut_reposer=True),
        Espece("campagne", "aggregates.campagne", "Campagne", est_termine=lambda c: c.close_le is not None),
        Espece(
            "dossier",
            "aggregates.dossier",
            "Dossier",
            est_termine=lambda d: d.etat == "clos" and not attentes(d),
        ),
        Espece("tiers", "aggregates.tiers", "Tiers", peut_reposer=True),
        Espece("enveloppe", "aggregates.enveloppe", "Enveloppe", peut_reposer=True),
        Espece("assemblee", "aggregates.assemblee", "Assemblee", peut_reposer=True),
        Espece("chrono", "aggregates.chrono", "Chrono", peut_reposer=True),
        Espece("horloge", "aggregates.horloge", "Horloge", peut_reposer=True),
        Espece("seance", "aggregates.seance", "Seance", est_termine=lambda s: s.etat == "levee"),
        Espece("deliberation", "aggregates.deliberation", "Deliberation", est_termine=lambda d: d.etat == "portee"),
        Espece(
            "subvention",
            "aggregates.subvention",
            "Subvention",
            est_termine=lambda s: s.terme is not None and s.dossier_clos,
        ),
        Espece(
            "bordereau",
            "aggregates.bordereau",
            "Bordereau",
            est_termine=lambda b: b.ferme and not attentes(b),
        ),
    )
}
for _espece in ESPECES.values():
    importer_au_besoin(_espece.nom, partial(import_module, _espece.module))


def attentes(agregat: Agregat) -> tuple[Attente, ...]:
    """Return what any aggregate awaits."""
    return ESPECES[agregat.nom].attentes(agregat)
