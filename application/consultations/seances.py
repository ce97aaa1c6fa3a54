"""Sittings: those there are, what each was given to vote, who was there at which hour, what it left undone."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as Ensemble
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from aggregates.deliberation import Deliberation
from aggregates.deliberation.preparation import DeliberationPreparee
from aggregates.deliberation.scrutin import ScrutinTenu
from aggregates.registre import ESPECES
from aggregates.seance.presences import Presence, Quorum, Statut, apres, pouvoirs, presents, quorum
from application.consultations.moment import Moment
from application.services import Services
from kernel.instants import Instant, debut_de

if TYPE_CHECKING:
    from aggregates.seance import Seance


@dataclass(frozen=True, slots=True)
class PresencesDe:
    """What a member did of a sitting: each stretch where he was there or represented; none when he was absent."""

    membre: str
    troncons: Sequence[Presence]
    preside: bool


def seance(services: Services, identifiant: UUID) -> "Seance":
    """Return a sitting by its id, or refuse with ReferenceInconnue."""
    connue: Seance = services.store.charger_existant(ESPECES["seance"].classe, identifiant)
    return connue


def rapports(services: Services, seance: UUID, moment: Moment = Moment()) -> list[Deliberation]:  # noqa: B008 - frozen
    """Return the rapports of a sitting as they were at a moment, in the order they were prepared."""
    siens = _de(services, seance)
    if moment == Moment():
        return siens
    lire = partial(services.store.charger_a, Deliberation, au=moment.au, connu_au=moment.connu_au)
    return [passe for rapport in siens if (passe := lire(rapport.id)).jour is not None]


def feuille(seance: "Seance") -> list[PresencesDe]:
    """Return a row per member en exercice; none before the sheet of the opening is known."""
    connue = seance.feuille
    if connue is None:
        return []
    presences = [p for p in apres(connue, seance.mouvements).presences if p.statut is not Statut.ABSENT]
    return [
        PresencesDe(membre, [p for p in presences if p.membre == membre], preside=membre == connue.preside_par)
        for membre in connue.membres
    ]


def quorum_de(seance: "Seance", au: Instant | None, *, sans: Ensemble[str] = frozenset()) -> Quorum | None:
    """Count the quorum at that instant (None: the opening) without those who stepped out; None before the opening."""
    return None if seance.feuille is None else quorum(apres(seance.feuille, seance.mouvements), au, sans=sans)


def votants(seance: "Seance", au: Instant | None) -> Mapping[str, str | None]:
    """Return who may vote at that instant: each member with whoever holds his pouvoir, None for himself."""
    if seance.feuille is None:
        return {}
    tous = apres(seance.feuille, seance.mouvements).presences
    return dict.fromkeys(sorted(presents(tous, au))) | dict(sorted(pouvoirs(tous, au).items()))


def a_ajourner(services: Services, seance: UUID) -> list[str]:
    """Return the rapports of a sitting that it has not wholly voted, by number: once it is closed, only another can."""
    return sorted(rapport.ref for rapport in rapports(services, seance) if rapport.a_voter)


def dernier_scrutin(services: Services, seance: UUID) -> Instant | None:
    """Return since when the last scrutin of a sitting stands, None when it has voted nothing."""
    inscriptions = (i for rapport in rapports(services, seance) for i in rapport.inscriptions)
    return max((debut_de(i.entete.effectif_le) for i in inscriptions if isinstance(i.fait, ScrutinTenu)), default=None)


def _de(services: Services, seance: UUID) -> list[Deliberation]:
    """Return the rapports of a sitting that can be read, in the order they were prepared."""
    citants = services.store.ayant(Deliberation, DeliberationPreparee, citant=str(seance))
    return [rapport for rapport in citants if rapport.seance == seance]
