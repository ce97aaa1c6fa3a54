"""Every geste an attente names is accepted, at each state of random lives and of the demo (design §1.3, §1.16)."""

import os
from collections.abc import Callable
from typing import Any

from application.services import Services
from application.store import Store
from kernel.instants import Instant
from tests.simulateur.departs import portes
from tests.simulateur.enregistreur import Horloge, application_en_memoire
from tests.simulateur.gestes_attendus import CHAMPS, Essayeur
from tests.simulateur.histoire import jouer
from tests.simulateur.monde import Monde

EPREUVES = os.environ.get("DILIGENCE_EPREUVES") == "1"
HISTOIRES = 300 if EPREUVES else 12
PLAFOND = None if EPREUVES else 3
"""How often a same situation is tried in `make test`."""
RARES = {"enveloppe degager", "bordereau relancer", "deliberation redemander-engagement", "enveloppe relancer"}
"""What only an accident makes awaited: few histories see it."""


class Regards:
    """Looks at the worlds of histories, and tries there what is awaited."""

    def __init__(self) -> None:
        self.essayeur = Essayeur(self._copier, "admin", PLAFOND)
        self._monde: Monde | None = None

    def __call__(self, monde: Monde) -> None:
        self._monde = monde
        etats = monde.invariants.etats
        connus = [(etats.etats[i], situation.attentes) for i, situation in etats.situations.items()]
        self.essayeur.essayer(connus, monde.heure_store())

    def _copier(self, heure: Instant) -> Services:
        monde: Any = self._monde
        contenu = monde.enregistreur.contenu.copier()
        application = application_en_memoire(contenu, Horloge(lambda: heure), lambda _: None)
        return portes(Store(application), monde.services.coffre.copier())


def test_tout_geste_attendu_est_accepte_dans_des_vies_au_hasard(dire: Callable[[str], None]) -> None:
    regards = Regards()
    for graine in range(HISTOIRES):
        jouer(graine, regard=regards)
    dire(f"{HISTOIRES} histoires : {regards.essayeur.dire()}")
    jamais = CHAMPS.keys() - regards.essayeur.acceptes.keys()
    assert jamais <= RARES or not EPREUVES, jamais
    assert sum(regards.essayeur.acceptes.values()) > 100
