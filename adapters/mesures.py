"""Measures for Prometheus: what commands cost here, and what the Temporal SDK measured, in one registry."""

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from temporalio.runtime import (
    BUFFERED_METRIC_KIND_COUNTER,
    BUFFERED_METRIC_KIND_GAUGE,
    BUFFERED_METRIC_KIND_HISTOGRAM,
    BufferedMetric,
    BufferedMetricUpdate,
    MetricBuffer,
)

Etiquettes = tuple[tuple[str, str], ...]
SEAUX_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
_SANS_NOM: Final = "sdk"
_GENRES: Final[Mapping[int, tuple[Callable[..., MetricWrapperBase], Callable[..., None]]]] = {
    BUFFERED_METRIC_KIND_COUNTER: (Counter, Counter.inc),
    BUFFERED_METRIC_KIND_GAUGE: (Gauge, Gauge.set),
    BUFFERED_METRIC_KIND_HISTOGRAM: (partial(Histogram, buckets=SEAUX_S), Histogram.observe),
}


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


class MesuresTemporal(Collector):
    """The SDK's own measures: schedule-to-start, slots, sticky cache, requests. The buffer is emptied as often as told."""

    def __init__(self, tampon: MetricBuffer) -> None:
        self._tampon = tampon
        self._verrou = threading.Lock()
        self._connues: dict[str, tuple[BufferedMetric, dict[Etiquettes, MetricWrapperBase]]] = {}
        """What the SDK calls a measure, and one of ours for each set of its labels."""

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
        _, series = self._connues.setdefault(mesure.metric.name, (mesure.metric, {}))
        nommees = mesure.attributes.items()
        etiquettes = tuple(sorted((nom, str(valeur)) for nom, valeur in nommees if nom != "service_name"))
        faire, noter = _GENRES[mesure.metric.kind]
        if etiquettes not in series:
            series[etiquettes] = faire(_SANS_NOM, "", registry=None)
        noter(series[etiquettes], mesure.value)

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        self.vider()
        with self._verrou:
            for nom, (connue, series) in sorted(self._connues.items()):
                yield _famille(f"{nom}_seconds" if connue.unit == "s" else nom, connue, series)


def _famille(nom: str, connue: BufferedMetric, series: Mapping[Etiquettes, MetricWrapperBase]) -> Metric:
    lues = [(etiquettes, lue) for etiquettes, mesure in series.items() for lue in mesure.collect()]
    famille = Metric(nom, connue.description or "Mesure du SDK Temporal.", lues[0][1].type)
    for etiquettes, lue in lues:
        for echantillon in lue.samples:
            if (suffixe := echantillon.name.removeprefix(_SANS_NOM)) != "_created":
                famille.add_sample(nom + suffixe, {**dict(etiquettes), **echantillon.labels}, echantillon.value)
    return famille
