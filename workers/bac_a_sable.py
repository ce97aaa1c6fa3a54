"""The sandbox in which follow-ups run, here and in replay tests: determinism is checked by the SDK, not promised."""

import py_compile
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, Final, cast

from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import workflows

TRAVERSENT: Final = (
    "workflows.contrats",
    "workflows.etapes",
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


_SANS_STOCKAGE: Final = StorageDriverStoreContext(target=None)


@cache
def _compiler(code: str) -> CodeType:
    """The four pieces of code by which the SDK enters a follow-up; it hands them over as text, at each of its tasks."""
    return compile(code, "workflow_sandbox.py", "exec")


class _BacASable(SandboxedWorkflowRunner):
    """The SDK's, whose follow-ups are not entered to learn in which context a payload is converted.

    Our converter reads alike in all of them and stores nothing elsewhere; the SDK asks three times for each payload,
    and compiles its question each time: a tenth of what a worker spends (docs/mesures.md).
    """

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        isolee: Any = super().create_instance(det)
        isolee.get_serialization_context = lambda _: None
        isolee.get_external_store_context = lambda _: _SANS_STOCKAGE
        entrer = isolee._run_code
        isolee._run_code = lambda code, **donnes: entrer(_compiler(code), **donnes)
        return cast(WorkflowInstance, isolee)
