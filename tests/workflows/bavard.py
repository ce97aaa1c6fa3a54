"""A workflow that talks through structlog: no workflow of the product does, which is why this one is a test's."""

import structlog
from temporalio import workflow

log = structlog.get_logger()


@workflow.defn(name="Bavard")
class Bavard:
    """Says a line before and after it is woken."""

    def __init__(self) -> None:
        self.assez = False

    @workflow.signal
    def reveil(self, version: int) -> None:
        self.assez = version > 0

    @workflow.run
    async def run(self) -> None:
        log.info("bavard.parti")
        await workflow.wait_condition(lambda: self.assez)
        log.info("bavard.fini")
