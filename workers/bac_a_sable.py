"""The sandbox in which follow-ups run, here and in replay tests: determinism is checked by the SDK, not promised."""

import py_compile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info

import workflows

TRAVERSENT: Final = (
    "workflows.contrats",
    "kernel",
    "activities",
    "eventsourcing",
    "structlog",
    "pydantic",
    "pydantic_core",
)
"""Modules the sandbox does not load again for each workflow. Named one by one: naming a room that holds workflows
would switch the sandbox off for them; and eventsourcing patches dataclasses at each import."""


def bac_a_sable() -> SandboxedWorkflowRunner:
    """Return the runner of workflows.

    It loads the modules of a workflow again for each follow-up: without bytecode on disk (PYTHONDONTWRITEBYTECODE, the
    usual setting of an image) they would be compiled each time, a tenth of what a follow-up costs a worker.
    """
    for source in Path(workflows.__file__).parent.rglob("*.py"):
        with suppress(OSError):  # a folder that cannot be written to costs time, nothing else
            py_compile.compile(str(source), quiet=2)
    return _BacASable(restrictions=SandboxRestrictions.default.with_passthrough_modules(*TRAVERSENT))


class _BacASable(SandboxedWorkflowRunner):
    """The SDK's, whose instances answer for themselves what it asks of each payload."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _SuiviIsole(super().create_instance(det))


_SANS_STOCKAGE: Final = StorageDriverStoreContext(target=None)


class _SuiviIsole(WorkflowInstance):
    """A follow-up in its sandbox, which is not entered to learn in which context a payload is converted.

    Our converter reads alike in all of them and stores nothing elsewhere; the SDK asks three times for each payload,
    and compiles its question each time: a tenth of what a worker spends (docs/mesures.md).
    """

    def __init__(self, isolee: WorkflowInstance) -> None:
        self._isolee = isolee

    def activate(self, act: Any) -> Any:
        return self._isolee.activate(act)

    def get_serialization_context(self, command_info: Any) -> None:
        return None

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:
        return _SANS_STOCKAGE

    def get_info(self) -> Info:
        return self._isolee.get_info()

    def get_thread_id(self) -> int | None:
        return self._isolee.get_thread_id()
