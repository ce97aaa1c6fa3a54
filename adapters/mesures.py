"""Measures for Prometheus: what commands cost here, and what the Temporal SDK measured, in one registry."""

import threading
from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from temporalio.runtime import (
    BUFFERED_METRIC_KIND_COUNTER,
    BUFFERED_METRIC_KIND_GAUGE,
    BufferedMetric,
    BufferedMetricUpdate,
    MetricBuffer,
)

Etiquettes = tuple[tuple[str, str], ...]
SEAUX_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class MesuresPrometheus:
    """Implements `application.ports.Mesures`."""

    def __init__(self, registre: CollectorRegistry) -> None:
        self._commandes = Histogram(
            "diligence_commande_seconds",
            "Durée des commandes traitées par ce processus, faites ou refusées.",
            ["geste"],
            buckets=SEAUX_S,
            registry=registre,
        )

    def commande(self, geste: str, secondes: float) -> None:
        """Count one command."""
        self._commandes.labels(geste).observe(secondes)


class _Seaux:
    """A histogram of one set of labels."""

    def __init__(self) -> None:
        self.comptes = [0] * (len(SEAUX_S) + 1)
        self.somme = 0.0

    def observer(self, valeur: float) -> None:
        rang = next((r for r, borne in enumerate(SEAUX_S) if valeur <= borne), len(SEAUX_S))
        self.comptes[rang] += 1
        self.somme += valeur


class MesuresTemporal(Collector):
    """The SDK's own measures: schedule-to-start, slots, sticky cache, requests. The buffer is emptied as often as told."""

    def __init__(self, tampon: MetricBuffer) -> None:
        self._tampon = tampon
        self._verrou = threading.Lock()
        self._connues: dict[str, BufferedMetric] = {}
        self._valeurs: dict[tuple[str, Etiquettes], float] = {}
        self._seaux: dict[tuple[str, Etiquettes], _Seaux] = {}

    def vider(self) -> None:
        """Take what the SDK measured since the last time; nothing before the first connection."""
        with self._verrou:
            try:
                mesures = self._tampon.retrieve_updates()
            except RuntimeError:
                return
            for mesure in mesures:
                self._prendre(mesure)

    def _prendre(self, mesure: BufferedMetricUpdate) -> None:
        nom, genre = mesure.metric.name, mesure.metric.kind
        self._connues.setdefault(nom, mesure.metric)
        cle = nom, _etiquettes(mesure)
        if genre == BUFFERED_METRIC_KIND_COUNTER:
            self._valeurs[cle] = self._valeurs.get(cle, 0.0) + mesure.value
        elif genre == BUFFERED_METRIC_KIND_GAUGE:
            self._valeurs[cle] = mesure.value
        else:
            self._seaux.setdefault(cle, _Seaux()).observer(mesure.value)

    def describe(self) -> Iterable[Metric]:
        """Name nothing in advance: the SDK names what it measures when it does."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        self.vider()
        with self._verrou:
            for nom, connue in sorted(self._connues.items()):
                yield self._famille(nom, connue)

    def _famille(self, nom: str, connue: BufferedMetric) -> Metric:
        genre = {BUFFERED_METRIC_KIND_COUNTER: "counter", BUFFERED_METRIC_KIND_GAUGE: "gauge"}.get(
            connue.kind, "histogram"
        )
        expose = f"{nom}_seconds" if connue.unit == "s" else nom
        famille = Metric(expose, connue.description or "Mesure du SDK Temporal.", genre)
        suffixe = "_total" if genre == "counter" else ""
        for (de, etiquettes), valeur in self._valeurs.items():
            if de == nom:
                famille.add_sample(expose + suffixe, dict(etiquettes), valeur)
        for (de, etiquettes), seaux in self._seaux.items():
            if de == nom:
                _ajouter(famille, dict(etiquettes), seaux)
        return famille


def _ajouter(famille: Metric, etiquettes: dict[str, str], seaux: _Seaux) -> None:
    cumul = 0
    for borne, compte in zip((*map(str, SEAUX_S), "+Inf"), seaux.comptes, strict=True):
        cumul += compte
        famille.add_sample(f"{famille.name}_bucket", {**etiquettes, "le": borne}, cumul)
    famille.add_sample(f"{famille.name}_sum", etiquettes, seaux.somme)
    famille.add_sample(f"{famille.name}_count", etiquettes, cumul)


def _etiquettes(mesure: BufferedMetricUpdate) -> Etiquettes:
    return tuple(sorted((nom, str(valeur)) for nom, valeur in mesure.attributes.items() if nom != "service_name"))
