"""The limit: a workflow that does nothing, with as many wake-ups, readings, steps and timers as a follow-up."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow

FILE_VIDE = "vide"
AU_PLUS = timedelta(seconds=5)


@activity.defn(name="rien")
def rien(rang: int) -> int:
    """Do nothing, and return the rank of the call."""
    return rang


@workflow.defn(name="Vide")
class Vide:
    """One local activity per wake-up, `actes` activities at the first, one timer; ends at wake-up `reveils`, 0 for never."""

    def __init__(self) -> None:
        self.connue = 0
        self.vue = 0
        self.rang = 0

    @workflow.signal
    def reveil(self, version: int) -> None:
        self.connue = max(self.connue, version)

    @workflow.run
    async def run(self, actes: int, reveils: int = 0) -> None:
        minuterie: asyncio.Task[None] | None = None
        while not reveils or self.vue < reveils:
            await workflow.wait_condition(lambda: self.connue > self.vue)
            connue = self.connue
            await workflow.execute_local_activity("rien", self._suivant(), start_to_close_timeout=AU_PLUS)
            for _ in range(actes):
                await workflow.execute_activity("rien", self._suivant(), start_to_close_timeout=AU_PLUS)
            actes, self.vue = 0, connue
            minuterie = minuterie or asyncio.create_task(workflow.sleep(timedelta(days=60)))

    def _suivant(self) -> int:
        self.rang += 1
        return self.rang
