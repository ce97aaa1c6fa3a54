"""A Région that lives on the real engine: its clock is moved, and workflows of a real server do all that falls due."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client

from adapters.listes_publiques import PERIMETRES
from aggregates.dossier import Dossier
from aggregates.tiers import Tiers
from application.commandes import FichierRecu, Recu
from application.consultations.dossier import voir
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.services import Services
from dispositifs.eligibilite import Perimetre
from kernel.identifiants import BAIL_DU_RELAIS
from kernel.instants import debut_de_jour
from kernel.refus import Refus
from tests.application.seance import PRESENCES, Region, installer_region
from tests.moteur import PIECES, Moteur, ouvrir_moteur, un_depot
from workers.relais import BAIL_S


@dataclass
class Vie:
    """What people do, hour after hour, and what they then read."""

    moteur: Moteur
    region: Region

    @property
    def services(self) -> Services:
        return self.moteur.services

    def faire(self, geste: str, acteur: str = "ines", **options: Any) -> Recu:
        return self.moteur.faire(geste, acteur, **options)

    def refus(self, geste: str, acteur: str = "ines", **options: Any) -> str:
        """Return why that geste is refused, by its code."""
        try:
            self.faire(geste, acteur, **options)
        except Refus as refus:
            return refus.code
        raise AssertionError(f"{geste}: not refused")

    async def aller(self, jour: date, heure: int = 9) -> None:
        """Let the engine live until that hour; the site, told that one lives, leaves it what falls due."""
        self.services.store.enregistreur.prendre_bail(BAIL_DU_RELAIS, "vie", 3 * BAIL_S)
        await self.moteur.horloge().avancer(debut_de_jour(jour) + timedelta(hours=heure))

    async def repos(self) -> None:
        """Let the engine do what is due now."""
        await self.moteur.horloge().reposer()

    async def deposer(self, **change: Any) -> str:
        """File a request of a new association, and have it registered."""
        ref = self.faire("dossier deposer", **un_depot(PIECES) | change).ref
        await self.repos()
        return ref

    async def tenir_seance(self, jour: date) -> str:
        """Plan a sitting, convene it, and open it on its day."""
        seance = self.faire("seance prevoir", "aline", jour=jour).ref
        self.faire("seance convoquer", "aline", seance=seance)
        await self.aller(jour)
        self.faire("seance ouvrir", "aline", seance=seance, presences=FichierRecu("p.csv", PRESENCES.encode()))
        return seance

    async def voter(self, seance: str, refs: Sequence[str], scrutin: str) -> str:
        """Put these dossiers in a rapport of the open sitting, and vote it."""
        rapport = self.faire("deliberation preparer", "aline", seance=seance, dossiers=",".join(refs)).ref
        await self.repos()
        self.region.voter(rapport, scrutin)
        await self.repos()
        return rapport

    async def rendre_executoire(self, rapport: str) -> None:
        """Number, transmit; what was voted has its legal force, and is carried."""
        self.faire("deliberation numeroter", "aline", deliberation=rapport)
        await self.repos()
        self.faire("deliberation transmettre", "aline", deliberation=rapport, flux="CTES-2026-1")
        self.faire("deliberation rendre-executoire", "aline", deliberation=rapport)
        await self.repos()

    def dossier(self, ref: str) -> Dossier:
        return self.region.dossier(ref)

    def demandeur(self, ref: str) -> Tiers:
        tiers = self.dossier(ref).tiers_id
        assert tiers is not None
        return self.services.store.charger(Tiers, tiers)

    def vu(self, ref: str, au: date | None = None) -> dict[str, Any]:
        return voir(self.services, ref, Moment(au=au))

    def attentes(self, ref: str) -> dict[str, dict[str, Any]]:
        """Return what it awaits, by code."""
        return {attente["code"]: attente for attente in self.vu(ref)["attentes"]}

    def phrases(self, ref: str) -> list[str]:
        """Return its history, as people read it."""
        return [f["phrase"] for f in historique(self.services, self.dossier(ref).id, Moment())]

    def pilotes(self) -> set[str]:
        """Return who did what fell due."""
        return set(self.services.store.enregistreur.compter_par_pilote())


@asynccontextmanager
async def ouvrir_vie(
    client: Client, dossier: Path, *, perimetres: Sequence[Perimetre] = PERIMETRES
) -> AsyncIterator[Vie]:
    """Open a rehearsal store that starts on 5 January 2026, with its agents, its campagne, its assembly, and its engine."""
    async with ouvrir_moteur(client, dossier, repetition=True, perimetres=perimetres) as moteur:
        yield Vie(moteur, installer_region(moteur.services))
