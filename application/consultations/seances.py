"""What a sitting left undone."""

from uuid import UUID

from aggregates.deliberation import Deliberation
from aggregates.deliberation.preparation import DeliberationPreparee
from application.services import Services


def a_ajourner(services: Services, seance: UUID) -> list[str]:
    """Return the rapports of a sitting that it has not wholly voted, by number: once it is closed, only another can."""
    ids = services.store.enregistreur.ids_par_topic(DeliberationPreparee.topic)
    rapports = [services.store.charger(Deliberation, deliberation_id) for deliberation_id in ids]
    return sorted(rapport.ref for rapport in rapports if rapport.seance == seance and rapport.a_voter)
