"""A player: sends gestes in the name of agents, one after the other, with ids that are the same at each run."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

from application.commandes import Demande, Piece, Recu
from application.gestes.deposer_dossier import DeposerDossier
from application.gestes.registre import GESTES
from application.saisie import lire
from application.services import Services
from kernel.identifiants import derive, identifiant
from kernel.instants import PARIS, Instant

EXEMPLES = Path(__file__).parent.parent / "examples"
_GESTES = {f"{geste.agregat} {geste.nom}": geste for geste in GESTES}

Avancer = Callable[[Instant], Awaitable[object]]
Dire = Callable[[str], None]


class Jeu:
    """The stage: the doors of the application, a clock to move, and somebody to tell."""

    def __init__(self, services: Services, avancer: Avancer, dire: Dire) -> None:
        self.services, self._avancer, self.dire = services, avancer, dire
        self._graine, self._joues = identifiant("scenario", "nqe-2026"), 0

    async def faire(self, geste: str, acteur: str | None, **options: Any) -> Recu:
        """Send one geste and return its receipt; its commande_id is derived from its rank in the play."""
        self._joues += 1
        trouve = _GESTES[geste]
        commande = lire(trouve.commande, options)
        demande = Demande(acteur=acteur, commande_id=self.commande_id)
        return await asyncio.to_thread(trouve.faire, commande, demande, self.services)

    @property
    def commande_id(self) -> UUID:
        """Return the id of the command under way."""
        return derive(self._graine, self._joues)

    async def au(self, jour: str, heure: str = "09:00") -> None:
        """Let time pass until that day and hour in Paris: the engine does on the way all that falls due."""
        instant = datetime.combine(date.fromisoformat(jour), time.fromisoformat(heure), PARIS)
        self.dire(f"{date.fromisoformat(jour):%d/%m/%Y}")
        await self._avancer(instant)

    async def repos(self) -> None:
        """Let the engine do what is due now."""
        await self._avancer(self.services.maintenant())


def piece(chemin: Path) -> Piece:
    """Return a file of the examples."""
    return Piece(chemin.name, chemin.read_bytes())


def texte(nom: str, contenu: str) -> Piece:
    """Return a small file written by the scenario itself."""
    return Piece(nom, contenu.encode())


def depot(numero: int) -> tuple[Piece, Mapping[str, Piece]]:
    """Return one of the forty requests, and the pièces it names."""
    fichier = EXEMPLES / "nqe" / "depots" / f"{numero:02}.json"
    lu = piece(fichier)
    return lu, {nom: piece(fichier.parent / nom) for nom in DeposerDossier.noms_joints(lu)}
