"""The clock of a rehearsal: it goes from échéance to échéance, and the engine does at each what it would have done."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from temporalio.service import RPCError

from adapters.temporal import SuivisTemporal, connecter
from application.sans_moteur import faire_pour
from application.services import Services
from bootstrap.lectures import Lectures
from bootstrap.reglages import Reglages
from kernel.identifiants import workflow_id
from kernel.instants import Instant, rfc3339
from kernel.refus import Refus
from readmodels.file import requetes
from workers.relais import PARALLELES, Relais
from workers.reveil import Reveilleur, Suivis
from workers.voies import VOIES, nom_du_curseur
from workflows.contrats import Suivi

PATIENCE: Final = 4_000
"""Looks without progress after which the rehearsal is stuck: no worker, or a command that never ends its attente. Some
forty seconds on an idle machine; a busy one slows our looks as it slows the engine."""
RELANCE: Final = 100
"""Looks without progress after which those who are due are woken again, and asked whether they gave up."""
SONDE_S: Final = 0.005
FIN_DES_TEMPS: Final = datetime(2199, 12, 31, tzinfo=UTC)


class Prochain(NamedTuple):
    """The next instant at which the engine has something to do for an aggregate, perhaps already past."""

    agregat: str
    id: UUID
    version: int
    instant: Instant


Prochains = Callable[[], Sequence[Prochain]]
"""Must know every fact of the store when it is called."""


class RepetitionBloquee(Refus, code="repetition_bloquee"):
    """The engine does not come to rest; the message names what is stuck."""


def prochains(lectures: Lectures) -> list[Prochain]:
    """Return what the engine has to do next, from a queue brought up to date."""
    lectures.rattraper("file")
    return [Prochain(*ligne) for ligne in requetes.prochains(lectures, FIN_DES_TEMPS)]


class HorlogeDeRepetition:
    """Steps the clock of a rehearsal store. With `relais` it drives that relay; without, another process relays."""

    def __init__(
        self, services: Services, suivis: Suivis, prochains: Prochains, *, relais: Relais | None = None
    ) -> None:
        self._services = services
        self._suivis = suivis
        self._enregistreur = services.store.enregistreur
        self._prochains = prochains
        self._relais = relais
        self._reveilleur = Reveilleur(services, suivis)
        self._parques: set[tuple[UUID, int]] = set()

    async def avancer(self, a: Instant, *, au_pas: Callable[[Instant], None] | None = None) -> int:
        """Bring the clock to `a`, stopping at each échéance until nothing is due any more; return the number of stops.

        Raises:
            StoreReel: the store lives on the real clock.
            HorlogeEnArriere: the clock is later already.
            RepetitionBloquee: the engine did not come to rest.
        """
        pas = 0
        await asyncio.to_thread(
            self._enregistreur.regler_horloge, await asyncio.to_thread(self._enregistreur.maintenant)
        )
        while True:
            prochains = await self.reposer()
            instant = min((p.instant for p in prochains), default=None)
            if instant is None or instant > a:
                break
            await asyncio.to_thread(self._enregistreur.regler_horloge, instant)
            await self._reveiller([p for p in prochains if p.instant <= instant], instant)
            pas += 1
            if au_pas is not None:
                au_pas(instant)
        await asyncio.to_thread(self._enregistreur.regler_horloge, a)
        return pas

    async def reposer(self) -> list[Prochain]:
        """Wait until both lanes are at the head of the store and nothing is due; return what comes next.

        Raises:
            RepetitionBloquee: no progress in too many looks.
        """
        maintenant = await asyncio.to_thread(self._enregistreur.maintenant)
        immobile, relance, vue = 0, RELANCE, -1
        while True:
            if self._relais is not None:
                await self._relais.un_tour()
            tete, en_retard = await asyncio.to_thread(self._lire_voies)
            tous = await asyncio.to_thread(self._prochains)
            reste = [p for p in tous if (p.id, p.version) not in self._parques]
            dus = [p for p in reste if p.instant <= maintenant]
            if tete != vue:
                immobile, relance, vue = 0, RELANCE, tete
            elif not en_retard and not dus:
                return reste
            immobile += 1
            if immobile > PATIENCE:
                raise RepetitionBloquee(_blocage(maintenant, en_retard, dus))
            if immobile > relance:
                relance *= 2
                await self._reveiller(dus, maintenant)
                await self._reconnaitre_les_parques(dus)
            await asyncio.sleep(SONDE_S)

    def _lire_voies(self) -> tuple[int, list[str]]:
        tete = self._enregistreur.derniere_position()
        return tete, [nom for nom in VOIES if self._enregistreur.curseur(nom_du_curseur(nom)) < tete]

    async def _reveiller(self, prochains: Sequence[Prochain], instant: Instant) -> None:
        """Wake them; a call that fails is made again when nothing moves."""
        place = asyncio.Semaphore(PARALLELES)

        async def reveiller(p: Prochain) -> None:
            async with place:
                with suppress(RPCError):
                    await self._reveilleur.reveiller(Suivi(p.agregat, p.id, p.version, instant))

        await asyncio.gather(*map(reveiller, prochains))

    async def _reconnaitre_les_parques(self, dus: Sequence[Prochain]) -> None:
        """A command parked by its follow-up must not stop the clock of the others; `etat` names it."""
        for p in dus:
            try:
                diagnostic = await self._suivis.diagnostiquer(workflow_id(p.agregat, p.id))
            except RPCError:
                continue
            if diagnostic is not None and diagnostic.version >= p.version and diagnostic.parques:
                self._parques.add((p.id, p.version))


def _blocage(maintenant: Instant, voies: Sequence[str], dus: Sequence[Prochain]) -> str:
    noms = ", ".join(f"{p.agregat} {p.id} (dû le {rfc3339(p.instant)})" for p in dus[:10])
    reste = f" et {len(dus) - 10} autres" if len(dus) > 10 else ""
    relais = f" Le relais n’est pas en tête : {', '.join(voies)}." if voies else ""
    return (
        f"La répétition n’avance plus au {rfc3339(maintenant)}.{relais} En attente du moteur : {noms or 'rien'}{reste}."
    )


async def avancer(reglages: Reglages, services: Services, lectures: Lectures, adresse: str | None, a: Instant) -> int:
    """Bring the clock of a rehearsal to an instant, échéance by échéance; return how many stops it made.

    With an engine in another process, it does what falls due; without any, this one does, counted as `cli`.
    """
    if adresse is not None:
        client = await connecter(adresse, reglages.temporal_namespace)
        return await HorlogeDeRepetition(services, SuivisTemporal(client), lambda: prochains(lectures)).avancer(a)
    return await asyncio.to_thread(_avancer_seul, services, lectures, a)


def _avancer_seul(services: Services, lectures: Lectures, a: Instant) -> int:
    enregistreur, arrets = services.store.enregistreur, 0
    enregistreur.regler_horloge(services.maintenant())
    while suivants := [p for p in prochains(lectures) if p.instant <= a]:
        instant = max(suivants[0].instant, services.maintenant())
        enregistreur.regler_horloge(instant)
        if not faire_pour(services, [(p.agregat, p.id) for p in suivants if p.instant <= instant], pilote="cli"):
            break
        arrets += 1
    enregistreur.regler_horloge(a)
    return arrets
