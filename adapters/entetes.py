"""The command that woke a follow-up, carried through Temporal's headers: from the relay to the logs of its steps.

A header is no part of a workflow's commands: histories recorded without it replay, and its loss changes no fact.
"""

from collections.abc import Mapping
from typing import Any, Final, NoReturn

import structlog
from temporalio import activity, client, worker
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter
from temporalio.exceptions import ApplicationError, FailureError

CAUSE: Final = "cause"
"""Name of the header, and of the field of a log line: the id of a command."""
log = structlog.get_logger()


class Entetes(client.Interceptor, worker.Interceptor):
    """Given to a client, it serves its workers too."""

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        """Put the cause of the moment in what starts and wakes."""
        return _Client(super().intercept_client(next))

    def workflow_interceptor_class(
        self, input: worker.WorkflowInterceptorClassInput
    ) -> type[worker.WorkflowInboundInterceptor] | None:
        """Keep it in the follow-up."""
        return _SuiviTrace

    def intercept_activity(self, next: worker.ActivityInboundInterceptor) -> worker.ActivityInboundInterceptor:
        """Bind it to what the step says."""
        return _EtapeTracee(super().intercept_activity(next))


class _Client(client.OutboundInterceptor):
    async def start_workflow(self, input: client.StartWorkflowInput) -> client.WorkflowHandle[Any, Any]:
        input.headers = _avec_la_cause(input.headers)
        return await super().start_workflow(input)

    async def signal_workflow(self, input: client.SignalWorkflowInput) -> None:
        input.headers = _avec_la_cause(input.headers)
        await super().signal_workflow(input)


def _avec_la_cause(entetes: Mapping[str, Payload]) -> Mapping[str, Payload]:
    cause = structlog.contextvars.get_contextvars().get(CAUSE)
    return entetes if not cause else {**entetes, CAUSE: PayloadConverter.default.to_payload(cause)}


class _SuiviTrace(worker.WorkflowInboundInterceptor):
    """Keeps the cause of the highest version told: signals may come in any order."""

    def __init__(self, next: worker.WorkflowInboundInterceptor) -> None:
        super().__init__(next)
        self.cause: Payload | None = None
        self._version = 0

    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        super().init(_SortieTracee(outbound, self))

    async def execute_workflow(self, input: worker.ExecuteWorkflowInput) -> Any:
        self._retenir(input.headers, 0)
        return await super().execute_workflow(input)

    async def handle_signal(self, input: worker.HandleSignalInput) -> None:
        version = input.args[0] if input.args and isinstance(input.args[0], int) else 0
        self._retenir(input.headers, version)
        await super().handle_signal(input)

    def _retenir(self, entetes: Mapping[str, Payload], version: int) -> None:
        if CAUSE in entetes and (self.cause is None or version >= self._version):
            self.cause, self._version = entetes[CAUSE], version

    def ajouter(self, entetes: Mapping[str, Payload]) -> Mapping[str, Payload]:
        """Return the headers with the cause, when it is known."""
        return entetes if self.cause is None else {**entetes, CAUSE: self.cause}


class _SortieTracee(worker.WorkflowOutboundInterceptor):
    def __init__(self, next: worker.WorkflowOutboundInterceptor, suivi: _SuiviTrace) -> None:
        super().__init__(next)
        self._suivi = suivi

    def start_activity(self, input: worker.StartActivityInput) -> Any:
        input.headers = self._suivi.ajouter(input.headers)
        return super().start_activity(input)

    def start_local_activity(self, input: worker.StartLocalActivityInput) -> Any:
        input.headers = self._suivi.ajouter(input.headers)
        return super().start_local_activity(input)

    def continue_as_new(self, input: worker.ContinueAsNewInput) -> NoReturn:
        input.headers = self._suivi.ajouter(input.headers)
        super().continue_as_new(input)


class _EtapeTracee(worker.ActivityInboundInterceptor):
    """Binds ids to the lines of a step; a fault is said in the logs, and told to Temporal by its type alone."""

    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:
        info, lie = activity.info(), structlog.contextvars.bound_contextvars
        with lie(etape=info.activity_type, suivi=info.workflow_id, essai=info.attempt, **_cause(input.headers)):
            try:
                return await super().execute_activity(input)
            except FailureError:
                raise  # a refusal, its code only; or a cancellation
            except Exception as erreur:
                log.exception("etape.echouee")
                # histories are plain text: a message may quote what a person typed
                raise ApplicationError(type(erreur).__name__, type=type(erreur).__name__) from None


def _cause(entetes: Mapping[str, Payload]) -> dict[str, str]:
    lu = entetes.get(CAUSE)
    return {} if lu is None else {CAUSE: PayloadConverter.default.from_payload(lu, str)}
