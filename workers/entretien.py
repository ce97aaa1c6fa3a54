"""What a person asks of the engine from a command: compare it with the store, put it right, make it again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

from temporalio.service import RPCError

from adapters.temporal import SuivisTemporal, TemporalInjoignable, connecter
from application.services import Services
from bootstrap.lectures import Lectures
from bootstrap.reglages import Reglages
from kernel.identifiants import workflow_id
from readmodels.file import requetes
from workers.horloges import desaccord
from workers.rapport import Genre
from workers.reconciliation import Reconciliation
from workers.reveil import Reveilleur
from workflows.contrats import Diagnostic, Suivi

ESSAIS: Final = 5
"""Attempts of one step beyond which it is said to fail: six seconds, longer than a restart of anything."""
EXAMINES: Final = 100


class SansTemporal:
    """Implements `workers.reveil.Suivis` where no Temporal is known: nobody is followed."""

    async def signaler(self, _: Suivi) -> bool:
        """Nobody hears."""
        return False

    async def demarrer(self, suivi: Suivi) -> None:
        """Nothing starts."""

    async def en_cours(self, attend_de: str | None = None) -> AsyncIterator[tuple[str, int]]:
        """Nobody runs."""
        personne: tuple[tuple[str, int], ...] = ()
        for suivi in personne:
            yield suivi

    async def diagnostiquer(self, identifiant: str) -> Diagnostic | None:
        """Nobody answers."""

    async def en_attente(self, task_queue: str) -> int:
        """Nothing waits."""
        return 0


async def reconcilier(
    reglages: Reglages, services: Services, adresse: str | None, *, reparer: bool, seuil_s: float = 300.0
) -> dict[str, Any]:
    """Compare the store with Temporal and return the report; refuse with TemporalInjoignable.

    Without any engine, only the safety net: a legal date never depends on Temporal alone.
    """
    if adresse is None:
        rapport = await Reconciliation(services, SansTemporal()).passer(seuil_s=seuil_s, reparer=reparer)
        return {**rapport.en_json(), "derive": [], "repares": 0}  # nobody is there to start what would follow
    async with _joints(reglages, adresse) as suivis:
        rapport = await Reconciliation(services, suivis).passer(seuil_s=seuil_s, reparer=reparer)
        lu = rapport.en_json()
        return {**lu, "derive": [*await desaccord(services, suivis.heure), *lu["derive"]]}


@asynccontextmanager
async def _joints(reglages: Reglages, adresse: str) -> AsyncIterator[SuivisTemporal]:
    """Lend what a server follows, and say of one that went away meanwhile what is said of one that never answered."""
    suivis = SuivisTemporal(await connecter(adresse, reglages.temporal_namespace))
    try:
        yield suivis
    except RPCError as erreur:
        raise TemporalInjoignable(
            f"Le serveur Temporal à l’adresse {adresse} ne répond plus ({erreur.status.name}).", adresse=adresse
        ) from erreur


async def en_echec(
    reglages: Reglages, services: Services, lectures: Lectures, adresse: str
) -> list[dict[str, str | int]]:
    """Return the follow-ups that have something due and whose step fails again and again, the first `EXAMINES` looked at."""
    dus = await asyncio.to_thread(lambda: requetes.prochains(lectures, services.maintenant())[:EXAMINES])
    if not dus:
        return []
    async with _joints(reglages, adresse) as suivis:
        return [
            {"agregat": agregat, "id": str(id_), "etape": etape, "essais": essai, "erreur": erreur}
            for agregat, id_, _, _ in dus
            for etape, essai, erreur in await suivis.essais(workflow_id(agregat, id_))
            if essai >= ESSAIS
        ]


async def refaire_les_suivis(
    reglages: Reglages, services: Services, adresse: str | None, *, terminer_les_inconnus: bool = False
) -> dict[str, Any]:
    """Make Temporal's follow-ups again from the store: those that know more than it holds are ended, and start afresh.

    Args:
        reglages: where Temporal is.
        services: the store.
        adresse: of the Temporal frontend; None does what `reconcilier` does alone.
        terminer_les_inconnus: also end the follow-ups of aggregates the store never heard of: they may be those of
            another store in the same namespace.
    """
    if adresse is None:
        return await reconcilier(reglages, services, adresse, reparer=True, seuil_s=0)
    async with _joints(reglages, adresse) as suivis:
        reveilleur = Reveilleur(services, suivis)
        instant = services.maintenant() if services.store.enregistreur.est_repetition() else None
        rapport = await Reconciliation(services, suivis).passer(seuil_s=0, reparer=True)
        for derive in rapport.derive:
            if derive.genre == Genre.STORE_EN_ARRIERE or (derive.genre == Genre.INCONNU and terminer_les_inconnus):
                await suivis.terminer(f"{derive.agregat}-{derive.id}", "reconstruire : le store fait foi")
            if derive.genre == Genre.STORE_EN_ARRIERE:
                await reveilleur.reveiller(Suivi(derive.agregat, UUID(derive.id), derive.version, instant))
                rapport.repares += 1
    return rapport.en_json()
