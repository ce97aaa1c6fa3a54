"""Plays a scenario of the demo on a store in memory, without Temporal: what is due is done at its instant, in one thread."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from application.sans_moteur import faire_pour
from application.site import LienDAvis
from kernel.instants import Instant
from scenarios.jeu import Jeu, Scene
from tests.application.teleservice.ecrit import ReperesEnMemoire
from tests.simulateur.departs import services_sur
from tests.simulateur.enregistreur import Contenu, Horloge
from tests.simulateur.etats import Etats


@dataclass
class LiensEnMemoire:
    """Implements `application.site.LiensDAvis`; a secret is its rank."""

    donnes: dict[str, LienDAvis] = field(default_factory=dict)

    def faire(self, dossier: UUID, demande: int, aupres_de: str, agent: str, pieces: tuple[int, ...]) -> str:
        secret = f"lien d’avis n° {len(self.donnes) + 1}"
        self.donnes[secret] = LienDAvis(dossier, demande, aupres_de, agent, pieces)
        return secret

    def lire(self, secret: str) -> LienDAvis | None:
        return self.donnes.get(secret)

    def consommer(self, secret: str) -> None:
        del self.donnes[secret]


@dataclass
class SiteEnMemoire:
    """Implements `scenarios.jeu.SiteDuJeu`."""

    liens_d_avis: LiensEnMemoire = field(default_factory=LiensEnMemoire)
    reperes: ReperesEnMemoire = field(default_factory=ReperesEnMemoire)


class SceneEnMemoire:
    """The store, its clock, and where everything stands; `regard` is shown them each time the clock was moved."""

    def __init__(self, debut: Instant, regard: "Callable[[SceneEnMemoire], None]") -> None:
        self.heure, self._regard = debut, regard
        self.contenu, self.etats = Contenu(), Etats()
        self.services = services_sur(self.contenu, Horloge(lambda: self.heure), lambda _: None)
        self._lus = 0

    async def jouer(self, jouer: Callable[[Jeu], Awaitable[Any]], fin: Instant) -> None:
        """Play until that instant."""
        await jouer(Jeu(self.services, SiteEnMemoire(), self._avancer, Scene(self.heure, fin)))

    async def _avancer(self, a: Instant, *, au_pas: Callable[[Instant], None] | None = None) -> None:
        """Stop at each instant where something is due, as the clock of a rehearsal does."""
        self._faire()
        while (prochain := min((i for i in self._instants() if i > self.heure), default=a)) < a:
            self.heure = prochain
            self._faire()
        self.heure = max(self.heure, a)
        self._faire()
        self._regard(self)

    def _instants(self) -> list[Instant]:
        return [situation.dus[0].instant for situation in self.etats.situations.values() if situation.dus]

    def _faire(self) -> None:
        self._suivre()
        while dus := [s for s in self.etats.situations.values() if s.dus and s.dus[0].instant <= self.heure]:
            if not faire_pour(self.services, [(s.agregat, s.id) for s in dus], "cli"):
                return
            self._suivre()

    def _suivre(self) -> None:
        lus = self.services.store.lire_depuis(self._lus, len(self.contenu.evenements))
        self._lus += len(lus)
        for agregat_id, inscriptions in groupby(lus, key=lambda i: i.entete.id):
            self.etats.suivre(agregat_id, list(inscriptions))
