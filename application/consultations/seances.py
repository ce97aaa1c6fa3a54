"""What a sitting was given to vote, what it voted, and what it left undone."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from aggregates.deliberation import Deliberation
from aggregates.deliberation.preparation import DeliberationPreparee
from aggregates.deliberation.scrutin import ScrutinTenu
from application.services import Services
from application.store import sauf_illisible
from kernel.instants import Instant, debut_de


def a_ajourner(services: Services, seance: UUID) -> list[str]:
    """Return the rapports of a sitting that it has not wholly voted, by number: once it is closed, only another can."""
    return sorted(rapport.ref for rapport in _rapports(services, seance) if rapport.a_voter)


def dernier_scrutin(services: Services, seance: UUID) -> Instant | None:
    """Return since when the last scrutin of a sitting stands, None when it has voted nothing."""
    inscriptions = (i for rapport in _rapports(services, seance) for i in rapport.inscriptions)
    return max((debut_de(i.entete.effectif_le) for i in inscriptions if isinstance(i.fait, ScrutinTenu)), default=None)


def _rapports(services: Services, seance: UUID) -> Iterator[Deliberation]:
    for identifiant in services.store.enregistreur.ids_par_topic(DeliberationPreparee.topic):
        rapport = sauf_illisible(partial(services.store.charger, Deliberation, identifiant))
        if rapport is not None and rapport.seance == seance:
            yield rapport
