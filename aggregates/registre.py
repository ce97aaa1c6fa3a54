"""Every kind of aggregate: its class and what it awaits. One line each; everything generic reads this list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aggregates import (
    agents,
    assemblee,
    bordereau,
    campagne,
    chrono,
    deliberation,
    dossier,
    enveloppe,
    seance,
    subvention,
    tiers,
)
from kernel.agregat import Agregat
from kernel.attentes import Attente


def _jamais(_: Any) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Espece:
    """A kind of aggregate. `peut_reposer`: it may await nothing while open; `est_termine`: nothing is awaited for good."""

    classe: type[Any]
    attentes: Callable[[Any], tuple[Attente, ...]]
    peut_reposer: bool = False
    est_termine: Callable[[Any], bool] = _jamais

    @property
    def nom(self) -> str:
        """Return the name used in ids, topics and commands."""
        return str(self.classe.nom)


ESPECES: dict[str, Espece] = {
    espece.nom: espece
    for espece in (
        Espece(agents.Agent, agents.attentes, peut_reposer=True),
        Espece(campagne.Campagne, campagne.attentes, est_termine=lambda c: c.close_le is not None),
        Espece(
            dossier.Dossier,
            dossier.attentes,
            est_termine=lambda d: d.etat is dossier.Etat.CLOS and not dossier.attentes(d),
        ),
        Espece(tiers.Tiers, tiers.attentes, peut_reposer=True),
        Espece(enveloppe.Enveloppe, enveloppe.attentes, peut_reposer=True),
        Espece(assemblee.Assemblee, assemblee.attentes, peut_reposer=True),
        Espece(chrono.Chrono, chrono.attentes, peut_reposer=True),
        Espece(seance.Seance, seance.attentes, est_termine=lambda s: s.etat is seance.Etat.LEVEE),
        Espece(
            deliberation.Deliberation, deliberation.attentes, est_termine=lambda d: d.etat is deliberation.Etat.PORTEE
        ),
        Espece(
            subvention.Subvention, subvention.attentes, est_termine=lambda s: s.terme is not None and s.dossier_clos
        ),
        Espece(
            bordereau.Bordereau,
            bordereau.attentes,
            est_termine=lambda b: b.signe_par is not None and not b.a_porter and not b.refusees,
        ),
    )
}


def attentes(agregat: Agregat) -> tuple[Attente, ...]:
    """Return what any aggregate awaits."""
    return ESPECES[agregat.nom].attentes(agregat)
