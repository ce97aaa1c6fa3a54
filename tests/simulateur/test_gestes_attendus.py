"""Every geste an attente names is accepted, at each state of random lives and of the demo (design §1.3, §1.16)."""

import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from aggregates.registre import ESPECES
from application.services import Services
from application.store import Store
from kernel.instants import Instant
from scenarios import annee_2026, mi_campagne
from tests.gestes import GESTES
from tests.simulateur.departs import portes
from tests.simulateur.enregistreur import Horloge, application_en_memoire
from tests.simulateur.etats import Etats
from tests.simulateur.gestes_attendus import CHAMPS, Essayeur
from tests.simulateur.histoire import jouer
from tests.simulateur.monde import Monde
from tests.simulateur.scenario import SceneEnMemoire

EPREUVES = os.environ.get("DILIGENCE_EPREUVES") == "1"
HISTOIRES = 300 if EPREUVES else 10
PLAFOND = 200 if EPREUVES else 3
"""How often a same situation (état, attente, geste) is tried."""
RARES = {
    "bordereau relancer",
    "deliberation redemander-engagement",
    "dossier aviser-transmission",
    "dossier clore",
    "dossier confirmer-demandeur",
    "dossier ecarter-correction",
    "dossier envoyer-transmission",
    "dossier notifier-rejet",
    "dossier retenir-correction",
    "dossier revoquer-avis",
    "enveloppe degager",
    "enveloppe liberer",
    "enveloppe relancer",
    "subvention valider-reprise",
}
"""What only an accident, a take-over, the téléservice, another authority, experts, a number that another has or a rejet voted makes
awaited, few histories see: tests of their aggregates say when."""


class Regards:
    """Looks at stores in memory, and tries there what is awaited."""

    def __init__(self) -> None:
        self.essayeur = Essayeur(self._copier, "admin", PLAFOND)
        self._services: Any = None

    def histoire(self, monde: Monde) -> None:
        self._regarder(monde.services, monde.invariants.etats, monde.heure_store())

    def scene(self, scene: SceneEnMemoire) -> None:
        self._regarder(scene.services, scene.etats, scene.heure)

    def _regarder(self, services: Any, etats: Etats, heure: Instant) -> None:
        self._services = services
        connus = [(etats.etats[i], situation.attentes) for i, situation in etats.situations.items()]
        estampille = services.store.enregistreur.contenu.estampille
        # no host's clock, however late, goes behind what the store stamped last
        self.essayeur.essayer(connus, heure if estampille is None else max(heure, estampille))

    def _copier(self, heure: Instant) -> Services:
        contenu = self._services.store.enregistreur.contenu.copier()
        application = application_en_memoire(contenu, Horloge(lambda: heure), lambda _: None)
        return portes(Store(application), self._services.coffre.copier())


def test_tout_geste_attendu_est_accepte_dans_des_vies_au_hasard(dire: Callable[[str], None]) -> None:
    regards = Regards()
    for graine in range(HISTOIRES):
        jouer(graine, regard=regards.histoire)
    dire(f"{HISTOIRES} histoires : {regards.essayeur.dire()}")
    jamais = CHAMPS.keys() - regards.essayeur.acceptes.keys()
    assert jamais <= RARES or not EPREUVES, jamais
    assert sum(regards.essayeur.acceptes.values()) > 100
    assert regards.essayeur.defaits.keys() == {f"{g.agregat} {g.nom}" for g in GESTES if g.se_defait_par is not None}


def test_un_agregat_dit_reversibles_les_gestes_dont_la_classe_dit_ce_qui_les_defait() -> None:
    """The one says it to who reads, the other to who acts."""
    dits = {f"{e.nom} {verbe}" for e in ESPECES.values() for verbe in e.classe.reversibles}
    assert dits == {f"{g.agregat} {g.nom}" for g in GESTES if g.se_defait_par is not None}
    defont = {g.se_defait_par for g in GESTES if g.se_defait_par is not None}
    assert defont <= {f"{g.agregat} {g.nom}" for g in GESTES}


@pytest.mark.parametrize("scenario", [mi_campagne, *([annee_2026] if EPREUVES else [])], ids=lambda s: s.__name__)
def test_tout_geste_attendu_est_accepte_a_chaque_moment_de_la_demonstration(
    scenario: Any, dire: Callable[[str], None]
) -> None:
    regards = Regards()
    scene = SceneEnMemoire(datetime.fromisoformat(annee_2026.DEBUT), regards.scene)
    asyncio.run(scene.jouer(scenario.jouer, datetime.fromisoformat(scenario.FIN)))
    dire(f"{len(scene.etats.etats)} agrégats : {regards.essayeur.dire()}")
    assert {"dossier viser", "deliberation voter", "subvention fixer-echeancier"} <= regards.essayeur.acceptes.keys()
