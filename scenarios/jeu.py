"""A player: sends gestes in the name of agents, one after the other, with ids that are the same at each run."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from application.commandes import Appel, FichierRecu, Recu
from application.gestes.recueil import par_nom
from application.services import Services
from application.site import LiensDAvis
from application.teleservice.distant import Reperes
from kernel.identifiants import derive, identifiant
from kernel.instants import PARIS, Instant, jour_de

EXEMPLES = Path(__file__).parent.parent / "examples"


class Avancer(Protocol):
    """Brings the clock to an instant, telling each stop on the way: `HorlogeDeRepetition.avancer`."""

    def __call__(self, a: Instant, *, au_pas: Callable[[Instant], None] | None = None) -> Awaitable[object]: ...


class SiteDuJeu(Protocol):
    """What of the site a play needs: the links it gives, and how far a téléservice was read."""

    @property
    def liens_d_avis(self) -> LiensDAvis: ...
    @property
    def reperes(self) -> Reperes: ...


Dire = Callable[[str, float], None]
"""Is told what is being played, and which share of the whole is behind, from 0 to 1."""

PART_DES_REPRISES = 0.3
"""What the take-overs count for in the share: they last about that, and the clock stands still meanwhile."""


class FinDuJeu(Exception):
    """What comes next is after the instant where the play was asked to end."""


class JeuInterrompu(Exception):
    """Somebody asked the play to stop where it is."""


@dataclass
class Scene:
    """What the play is told from outside: from when to when, whom to tell, and whether to stop where it is."""

    debut: Instant
    fin: Instant
    dire: Dire = lambda _, __: None
    interrompue: Callable[[], bool] = lambda: False


class Jeu:
    """The stage: the doors of the application, a clock to move, and somebody to tell."""

    def __init__(self, services: Services, site: SiteDuJeu, avancer: Avancer, scene: Scene) -> None:
        self.services, self.site, self._avancer, self._scene = services, site, avancer, scene
        self._graine, self._joues = identifiant("scenario", "nqe-2026"), 0
        self.a_voir: dict[str, str] = {}
        """Which dossier shows what, by code: `cli.demo_bilan` has the words."""

    async def faire(self, geste: str, acteur: str | None, **options: Any) -> Recu:
        """Send one geste and return its receipt; its commande_id is derived from its rank in the play."""
        self._joues += 1
        appel = Appel(acteur=acteur, commande_id=self.commande_id, derivee=True)
        return await asyncio.to_thread(par_nom(*geste.split()).recevoir, options, appel, self.services)

    @property
    def commande_id(self) -> UUID:
        """Return the id of the command under way."""
        return derive(self._graine, self._joues)

    async def au(self, jour: str, heure: str = "09:00") -> None:
        """Let time pass until that day and hour in Paris: the engine does on the way all that falls due.

        Raises:
            FinDuJeu: the play ends before.
        """
        instant = datetime.combine(date.fromisoformat(jour), time.fromisoformat(heure), PARIS)
        if instant > self._scene.fin:
            raise FinDuJeu
        await self._avancer(instant, au_pas=self._au_pas)
        self._au_pas(instant)

    async def finir(self) -> None:
        """Let time pass until the end of the play: what falls due by then is done."""
        await self._avancer(self._scene.fin, au_pas=self._au_pas)
        await self.repos()

    async def repos(self) -> None:
        """Let the engine do what is due now."""
        await self._avancer(self.services.maintenant())

    def pendant(self, quoi: str, part: float) -> None:
        """Tell how far the take-overs are, or raise JeuInterrompu: they are long, and in a thread of their own."""
        if self._scene.interrompue():
            raise JeuInterrompu
        self._scene.dire(quoi, PART_DES_REPRISES * part)

    def _au_pas(self, instant: Instant) -> None:
        ecoule = (instant - self._scene.debut) / (self._scene.fin - self._scene.debut)
        self._scene.dire(f"{jour_de(instant):%d/%m/%Y}", PART_DES_REPRISES + (1 - PART_DES_REPRISES) * ecoule)


def lire_fichier(chemin: Path) -> FichierRecu:
    """Return a file of the examples."""
    return FichierRecu(chemin.name, chemin.read_bytes())


def texte(nom: str, contenu: str) -> FichierRecu:
    """Return a small file written by the scenario itself."""
    return FichierRecu(nom, contenu.encode())
