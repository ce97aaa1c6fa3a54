"""The two steps of a follow-up, and that of a webhook, named: no workflow imports what carries them out."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy

from workflows.contrats import Attendu, Execution, Lecture

LIRE_ATTENTES: Final = "lire_attentes"
EXECUTER: Final = "executer"
LIVRER: Final = "livrer"

LECTURE_AU_PLUS: Final = timedelta(seconds=5)
"""A reading takes a millisecond; a store that does not answer is asked again."""
EXECUTION_AU_PLUS: Final = timedelta(seconds=5)
"""Also the time to recover from a worker killed in the middle: no longer than needed."""
LIVRAISON_AU_PLUS: Final = timedelta(minutes=30)
"""A hundred receivers that answer in ten seconds, and the minute during which the store is listened to."""
BATTEMENT: Final = timedelta(seconds=30)
"""Longer than a receiver may take to answer; and the time to recover from a worker killed meanwhile."""
SANS_FIN: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2,
    maximum_interval=timedelta(seconds=20),
    maximum_attempts=0,
)
"""What is not a refusal is our fault or an outage: tried for ever; Temporal counts the attempts."""


async def lire_attentes(lecture: Lecture) -> Attendu:
    """Read what is awaited; a local activity, so that a wake-up costs one workflow task."""
    attendu: Attendu = await workflow.execute_local_activity(
        LIRE_ATTENTES, lecture, result_type=Attendu, start_to_close_timeout=LECTURE_AU_PLUS, retry_policy=SANS_FIN
    )
    return attendu


async def executer(execution: Execution) -> Attendu:
    """Carry out what is due and return what is awaited then.

    Raises:
        ActivityError: its cause is the refusal (ApplicationError) of the first of `dus`: the state has moved.
    """
    attendu: Attendu = await workflow.execute_activity(
        EXECUTER, execution, result_type=Attendu, start_to_close_timeout=EXECUTION_AU_PLUS, retry_policy=SANS_FIN
    )
    return attendu


async def livrer(webhook: UUID) -> bool:
    """Tell a webhook what is due, and listen for more; return whether it is still to be told."""
    return bool(
        await workflow.execute_activity(
            LIVRER,
            webhook,
            result_type=bool,
            start_to_close_timeout=LIVRAISON_AU_PLUS,
            heartbeat_timeout=BATTEMENT,
            retry_policy=SANS_FIN,
        )
    )
