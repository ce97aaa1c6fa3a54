"""Tell a webhook what is due, then listen to the store until there is more."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from temporalio import activity

from application.livraisons import Envoi, livrer
from application.services import Services
from application.webhooks import Livraisons
from workflows.etapes import LIVRER

ECOUTE_S: Final = 60.0
"""How long a pass that found nothing due listens to the store, before it gives its thread back."""
PAS_S: Final = 1.0


class Livreur:
    """Delivers with the services of a worker; in its own queue: a slow receiver makes nobody else wait."""

    def __init__(self, services: Services, livraisons: Livraisons, source: str, envoi: Envoi) -> None:
        self._services, self._livraisons, self._source, self._envoi = services, livraisons, source, envoi

    @activity.defn(name=LIVRER, no_thread_cancel_exception=True)
    def livrer(self, webhook: UUID) -> bool:
        """Return whether it is still to be told: False once it was revoked."""
        fin = time.monotonic() + ECOUTE_S
        while suite := livrer(self._services, self._livraisons, self._source, self._envoyer, webhook):
            due = suite <= self._livraisons.maintenant()
            if time.monotonic() > fin or not (due or self._ecouter(webhook, suite, fin)):
                return True
        return False

    def _envoyer(self, url: str, corps: bytes, entetes: Mapping[str, str]) -> str:
        activity.heartbeat()
        return self._envoi(url, corps, entetes)

    def _ecouter(self, webhook: UUID, suite: datetime, fin: float) -> bool:
        """Wait for a new fact, or for that instant; False when the thread is to be given back first."""
        position = self._position(webhook)
        while self._livraisons.maintenant() < suite:
            activity.heartbeat()
            if time.monotonic() > fin or activity.is_worker_shutdown():
                return False
            if self._services.store.enregistreur.attendre(position, PAS_S):
                return True
        return True

    def _position(self, webhook: UUID) -> int:
        lu = self._livraisons.lire(webhook)
        return 0 if lu is None else lu.position
