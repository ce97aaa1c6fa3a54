"""What a supervisor reads at GET /metriques, beside the health of the process: Prometheus text, one registry.

Each process shows what it alone knows: the worker its steps and the SDK, the relay its lanes and what is parked, the
projector the read models, the web its commands. The figures are those of `diligence etat`, taken by the same functions.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from adapters.mesures import MesuresPrometheus, MesuresTemporal
from adapters.temporal import tampon
from application.services import Services
from bootstrap import journaux
from bootstrap.lectures import Lectures
from workers import sante
from workers.chiffres import DesLectures, DuStore, Retard, relever_le_store, relever_les_lectures
from workers.reconciliation import Reconciliation

VIDER_S: Final = 1.0
"""How often the measures of the SDK are taken out of their buffer."""
PARQUES_S: Final = 3.0
"""What asking the follow-ups what they parked may take."""
log = structlog.get_logger()


class Metriques(Collector):
    """The registry of one process. Commands must go by `services`, which are the given ones, measured."""

    def __init__(
        self,
        services: Services,
        lectures: Lectures | None = None,
        *,
        relais: bool = False,
        temporal: bool = False,
    ) -> None:
        self.registre = CollectorRegistry()
        self.services = replace(services, mesures=MesuresPrometheus(self.registre))
        self.reconciliation: Reconciliation | None = None
        self._lectures, self._relais = lectures, relais
        self._parques: int | None = None
        self._sdk = MesuresTemporal(tampon()) if temporal else None
        self._seul = asyncio.Lock()
        if self._sdk is not None:
            self.registre.register(self._sdk)
        ProcessCollector(registry=self.registre)
        self.registre.register(self)

    @asynccontextmanager
    async def servir(self, sonde: sante.Sonde, port: int | None) -> AsyncIterator[str | None]:
        """Answer `GET /sante` and `GET /metriques` until the block ends; no port, no answer."""
        async with sante.servir(sonde, port, self.texte) as url:
            vidange = asyncio.create_task(self._vider()) if port is not None else None
            try:
                yield url
            finally:
                if vidange is not None:
                    vidange.cancel()

    async def texte(self) -> bytes:
        """Return every measure, in the text format of Prometheus."""
        async with self._seul:
            self._parques = await self._compter_les_parques()
            return await asyncio.to_thread(generate_latest, self.registre)

    async def _vider(self) -> None:
        while self._sdk is not None:
            await asyncio.to_thread(self._sdk.vider)
            await asyncio.sleep(VIDER_S)

    async def _compter_les_parques(self) -> int | None:
        if self.reconciliation is not None:
            with suppress(Exception):
                return len(await asyncio.wait_for(self.reconciliation.parques(), PARQUES_S))
        return None

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; a part that cannot be read is said missing and does not hide the others."""
        lignes_perdues = "Lignes de journal que personne n’a lues à temps."
        yield CounterMetricFamily("diligence_journal_lignes_perdues", lignes_perdues, value=journaux.lignes_perdues())
        reussi = GaugeMetricFamily("diligence_releve_reussi", "1 si cette partie a pu être lue.", labels=["partie"])
        parties: list[tuple[str, Callable[[], list[Metric]]]] = []
        if self._relais:
            parties.append(("store", lambda: list(du_store(relever_le_store(self.services)))))
        if (lectures := self._lectures) is not None:
            parties.append(("lectures", lambda: list(des_lectures(relever_les_lectures(self.services, lectures)))))
        for nom, lire in parties:
            try:
                familles = lire()
            except Exception:
                log.exception("metriques.partie_illisible", partie=nom)
                reussi.add_metric([nom], 0)
                continue
            reussi.add_metric([nom], 1)
            yield from familles
        if self.reconciliation is not None:
            reussi.add_metric(["temporal"], int(self._parques is not None))
            yield from de_temporal(self._parques, self.reconciliation)
        yield reussi


def du_store(store: DuStore) -> Iterator[Metric]:
    """Yield what the store tells alone."""
    yield GaugeMetricFamily("diligence_store_position", "Position du dernier fait.", value=store.tete)
    yield from _retards("diligence_relais", "voie", store.relais.items())
    suspecte = "1 si l’horloge ne s’accorde pas avec le dernier enregistrement : le moteur attend."
    yield GaugeMetricFamily("diligence_horloge_suspecte", suspecte, value=len(store.horloge))
    reculs = "Voies du relais qui ont vu des faits que la base n’a plus."
    yield GaugeMetricFamily("diligence_relais_reculs", reculs, value=len(store.reculs))
    for nom, aide, etiquette, nombres in (
        ("automatismes", "Commandes du moteur, par qui les a conduites.", "pilote", store.par),
        ("refus", "Commandes refusées, par code, toutes portes.", "code", store.refus),
    ):
        famille = CounterMetricFamily(f"diligence_{nom}", aide, labels=[etiquette])
        for valeur, nombre in nombres.items():
            famille.add_metric([valeur], nombre)
        yield famille


def des_lectures(lues: DesLectures) -> Iterator[Metric]:
    """Yield what the read models tell."""
    yield from _retards("diligence_projection", "projection", lues.projections.items())
    yield from _jauges(
        ("automatismes_dus", "Automatismes dont l’instant est venu.", lues.automatismes_dus),
        ("automatismes_en_retard", "Automatismes dus depuis plus de dix minutes.", lues.automatismes_en_retard),
        ("sans_attente", "Éléments ouverts qui n’attendent rien : une anomalie.", len(lues.sans_attente)),
        ("retards_humains", "Attentes de personnes dont l’échéance est passée.", lues.retards_humains),
        ("au_dela_de_l_usage", "Attentes plus longues que d’habitude.", lues.au_dela_de_l_usage),
        ("illisibles", "Éléments dont un fait ne se lit pas.", len(lues.illisibles)),
        ("reculs", "Lectures qui ont vu des faits que la base n’a plus.", len(lues.reculs)),
    )


def de_temporal(parques: int | None, reconciliation: Reconciliation) -> Iterator[Metric]:
    """Yield what is parked now, and what the last pass of reconciliation found."""
    if parques is not None:
        yield GaugeMetricFamily("diligence_parques", "Automatismes refusés chaque fois, mis de côté.", value=parques)
    if reconciliation.dernier is None:
        return
    rapport, quand = reconciliation.dernier
    yield from _jauges(
        ("derive", "Écarts entre la base et Temporal, à la dernière réconciliation.", len(rapport.derive)),
        ("ouverts", "Éléments ouverts, à la dernière réconciliation.", rapport.ouverts),
        ("suivis", "Suivis en cours dans Temporal, à la dernière réconciliation.", rapport.suivis),
        ("reconciliation_age_seconds", "Depuis la dernière réconciliation.", time.monotonic() - quand),
    )


def _jauges(*jauges: tuple[str, str, float]) -> Iterator[Metric]:
    for nom, aide, valeur in jauges:
        yield GaugeMetricFamily(f"diligence_{nom}", aide, value=valeur)


def _retards(prefixe: str, etiquette: str, retards: Iterable[tuple[str, Retard]]) -> Iterator[Metric]:
    faits = GaugeMetricFamily(f"{prefixe}_retard_faits", "Faits pas encore lus.", labels=[etiquette])
    secondes = GaugeMetricFamily(f"{prefixe}_retard_seconds", "Âge du premier fait pas encore lu.", labels=[etiquette])
    for nom, retard in retards:
        faits.add_metric([nom], retard.faits)
        secondes.add_metric([nom], retard.secondes)
    yield from (faits, secondes)
