"""Credits came back or were voted: engage what waits for them, in order."""

from aggregates.enveloppe import Enveloppe
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Recu
from application.services import Services


def engager_en_attente(ordre: Ordre, services: Services) -> Recu:
    """Engage the waiting rapports that the credits cover."""
    _, ordre = lire(Enveloppe, ordre, services)
    return appliquer(AUTOMATISME, Enveloppe, ordre, services, lambda e: e.engager_en_attente(), chaud=True)


AUTOMATISME = Automatisme("enveloppe", "engager_en_attente", engager_en_attente)
