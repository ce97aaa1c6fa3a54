"""Temporal: the connection, and the few calls by which follow-ups are started, woken and looked at."""

import asyncio
import atexit
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, timedelta
from functools import cache
from secrets import token_hex
from typing import Any, Final

from temporalio.api.enums.v1 import DescribeTaskQueueMode, IndexedValueType, TaskQueueKind, TaskQueueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
    PollWorkflowTaskQueueRequest,
)
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryRejectedError
from temporalio.common import QueryRejectCondition, WorkflowIDReusePolicy
from temporalio.runtime import (
    LoggingConfig,
    MetricBuffer,
    MetricBufferDurationFormat,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)
from temporalio.service import RPCError, RPCStatusCode

from adapters.convertisseur import CONVERTISSEUR
from adapters.entetes import Entetes
from kernel.identifiants import workflow_id
from kernel.instants import Instant
from kernel.refus import Refus
from workflows.contrats import ATTRIBUTS, DIAGNOSTIC, REVEIL, VERSION_VUE, Diagnostic, Suivi
from workflows.suivis import SUIVI, SUIVIS

APPEL: Final = timedelta(seconds=10)
"""A call that takes longer failed: its caller tries again."""
PATIENCE_S: Final = 5.0
"""A server that has just been started opens its port before it answers."""


class TemporalInjoignable(Refus, code="temporal_injoignable"):
    """No Temporal server answers at that address."""


_SANS_TRAVAIL: Final = "diligence-horloge"
_SONDE_S: Final = 0.01
FIN_S: Final = 0.05
"""What a process that used Temporal waits before it ends."""
TAMPON: Final = 100_000
"""Measures of the SDK between two readings: a busy worker makes about ten thousand a second."""


@cache
def tampon() -> MetricBuffer:
    """Return where the SDK puts its measures, for the processes that show them: whoever asks must empty it."""
    return MetricBuffer(TAMPON, MetricBufferDurationFormat.SECONDS)


@cache
def _noyau(*, mesure: bool) -> Runtime:
    """One per process. ERROR only: the core writes each failed retry on stdout, and a full pipe freezes it for ever."""
    # a thread of the core may still be giving its last answer back: the interpreter aborts if it ends meanwhile
    atexit.register(time.sleep, FIN_S)
    return Runtime(
        telemetry=TelemetryConfig(
            logging=LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR")),
            metrics=tampon() if mesure else None,
        )
    )


async def connecter(adresse: str, namespace: str = "default", *, mesure: bool = False) -> Client:
    """Return a client whose messages are the contracts of `workflows`; with `mesure`, the SDK fills the `tampon`.

    Raises:
        TemporalInjoignable: for `PATIENCE_S`, nobody answered or the namespace did not exist.
    """
    fin = time.monotonic() + PATIENCE_S
    while True:
        try:
            client = await Client.connect(
                adresse,
                namespace=namespace,
                data_converter=CONVERTISSEUR,
                interceptors=[Entetes()],
                runtime=_noyau(mesure=mesure),
            )
            await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=namespace), timeout=APPEL
            )
        except (RuntimeError, RPCError, ValueError) as erreur:
            if isinstance(erreur, ValueError) or time.monotonic() > fin:  # what is no address never answers
                raise TemporalInjoignable(
                    f"Aucun serveur Temporal ne répond à l’adresse {adresse} (espace « {namespace} »).", adresse=adresse
                ) from erreur
            await asyncio.sleep(0.05)
        else:
            return client


async def declarer_attributs(client: Client) -> list[str]:
    """Make sure the server knows our search attributes; return the names of those added.

    Raises:
        TemporalInjoignable: the server refuses to add them (an administrator must).
    """
    operateur = client.operator_service
    try:
        connus = await operateur.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace), timeout=APPEL
        )
        manquants = {
            cle.name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{cle.indexed_value_type.name}")
            for cle in ATTRIBUTS
            if cle.name not in connus.custom_attributes
        }
        if manquants:
            demande = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=manquants)
            await operateur.add_search_attributes(demande, timeout=APPEL)
    except RPCError as erreur:
        noms = ", ".join(cle.name for cle in ATTRIBUTS)
        raise TemporalInjoignable(
            f"Le serveur Temporal n’a pas accepté les attributs de recherche {noms}.", attributs=noms
        ) from erreur
    return sorted(manquants)


class SuivisTemporal:
    """Implements `workers.reveil.Suivis` on a Temporal server."""

    def __init__(self, client: Client) -> None:
        self.client = client

    @property
    def identite(self) -> str:
        """Return the name by which the server knows what this process asks for."""
        return str(self.client.service_client.config.identity)

    async def signaler(self, suivi: Suivi) -> bool:
        """Wake a running follow-up; False when none runs."""
        with _SIlCourt():
            await self.client.get_workflow_handle(workflow_id(suivi.agregat, suivi.id)).signal(
                REVEIL, args=_reveil(suivi), rpc_timeout=APPEL
            )
            return True
        return False

    async def demarrer(self, suivi: Suivi) -> None:
        """Start a follow-up, or wake the one that runs: one call, so that nothing falls between the two."""
        type_ = SUIVIS[suivi.agregat]
        await self.client.start_workflow(
            type_.nom,
            suivi,
            id=workflow_id(suivi.agregat, suivi.id),
            task_queue=type_.task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=REVEIL,
            start_signal_args=_reveil(suivi),
            rpc_timeout=APPEL,
        )

    async def en_cours(self, attend_de: str | None = None) -> AsyncIterator[tuple[str, int]]:
        """Yield the id of every running follow-up and the version it last published; a little late, as any index."""
        noms = ",".join(f"'{type_.nom}'" for type_ in SUIVIS.values())
        requete = f"ExecutionStatus='Running' AND WorkflowType IN ({noms})"
        if attend_de is not None:
            requete += f" AND AttendDe='{attend_de}'"
        async for vu in self.client.list_workflows(requete, page_size=1000):
            if vu.status is WorkflowExecutionStatus.RUNNING:
                yield vu.id, vu.typed_search_attributes.get(VERSION_VUE) or 0

    async def diagnostiquer(self, identifiant: str) -> Diagnostic | None:
        """Ask a follow-up what it knows; None when it does not run. Needs a worker.

        Raises:
            RPCError: nobody answered in time.
        """
        with _SIlCourt(), suppress(WorkflowQueryRejectedError):
            diagnostic: Diagnostic = await self.client.get_workflow_handle(identifiant).query(
                DIAGNOSTIC, result_type=Diagnostic, reject_condition=QueryRejectCondition.NOT_OPEN, rpc_timeout=APPEL
            )
            return diagnostic
        return None

    async def terminer(self, identifiant: str, raison: str) -> bool:
        """End a follow-up at once; False when none runs."""
        with _SIlCourt():
            await self.client.get_workflow_handle(identifiant).terminate(reason=raison, rpc_timeout=APPEL)
            return True
        return False

    async def essais(self, identifiant: str) -> list[tuple[str, int, str]]:
        """Return what a running follow-up is trying: the step, its attempt, the type of the last error."""
        with _SIlCourt():
            decrit = (await self.client.get_workflow_handle(identifiant).describe(rpc_timeout=APPEL)).raw_description
            activites = [
                (a.activity_type.name, a.attempt, a.last_failure.application_failure_info.type)
                for a in decrit.pending_activities
            ]
            tache = decrit.pending_workflow_task
            return [*activites, ("workflow", tache.attempt, "")] if tache.attempt else activites
        return []

    async def en_attente(self, task_queue: str) -> int:
        """Return about how many workflow tasks wait for a worker."""
        reponse = await self._decrire(
            TaskQueue(name=task_queue), task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, report_stats=True
        )
        return int(reponse.stats.approximate_backlog_count)

    async def dernieres_demandes(self, task_queue: str, identite: str) -> dict[str, Instant | None]:
        """Return when a process last asked for work, by kind of work; None when the server does not know it."""
        reponse = await self._decrire(
            TaskQueue(name=task_queue),
            # all partitions together: the ordinary mode only sees the pollers of the first one
            api_mode=DescribeTaskQueueMode.DESCRIBE_TASK_QUEUE_MODE_ENHANCED,
            task_queue_types=list(_TRAVAUX.values()),
            report_pollers=True,
        )
        demandes: dict[str, Instant | None] = {}
        for nom, type_ in _TRAVAUX.items():
            vus = [
                poller.last_access_time.ToDatetime(UTC)
                for version in reponse.versions_info.values()
                for poller in version.types_info[type_].pollers
                if poller.identity == identite
            ]
            demandes[nom] = max(vus, default=None)
        return demandes

    async def heure(self) -> Instant:
        """Return what time it is there: when the server says that it saw us ask for work, where there never is any.

        A sticky queue: one partition, which its ordinary description knows at once, and that the server forgets by itself.
        """
        moi = f"horloge-{token_hex(8)}"
        file = TaskQueue(name=_SANS_TRAVAIL, kind=TaskQueueKind.TASK_QUEUE_KIND_STICKY, normal_name=SUIVI)
        demande = PollWorkflowTaskQueueRequest(namespace=self.client.namespace, task_queue=file, identity=moi)
        attente = asyncio.create_task(self.client.workflow_service.poll_workflow_task_queue(demande, timeout=APPEL))
        try:
            while True:
                decrite = await self._decrire(file, task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW)
                if vus := [p.last_access_time.ToDatetime(UTC) for p in decrite.pollers if p.identity == moi]:
                    return max(vus)
                if attente.done():
                    attente.result()
                await asyncio.sleep(_SONDE_S)
        finally:
            attente.cancel()

    async def _decrire(self, task_queue: TaskQueue, **options: Any) -> DescribeTaskQueueResponse:
        demande = DescribeTaskQueueRequest(namespace=self.client.namespace, task_queue=task_queue, **options)
        return await self.client.workflow_service.describe_task_queue(demande, timeout=APPEL)


class _SIlCourt(suppress):
    """Leaves the block without a word when no such follow-up runs."""

    def __exit__(self, _: object, erreur: BaseException | None, __: object) -> bool:
        return isinstance(erreur, RPCError) and erreur.status is RPCStatusCode.NOT_FOUND


_TRAVAUX: Final = {
    "workflows": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activites": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}


def _reveil(suivi: Suivi) -> list[int | Instant]:
    return [suivi.version] if suivi.instant is None else [suivi.version, suivi.instant]
