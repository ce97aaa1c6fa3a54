"""The workflow type of one batch of payment orders: a name, and the loop."""

from temporalio import workflow

from workflows.contracts import Suivi
from workflows.suivi import Suiveur


@workflow.defn(name="SuiviBordereau")
class SuiviBordereau(Suiveur):
    """Follows one batch of payment orders."""

    @workflow.run
    async def run(self, suivi: Suivi) -> None:
        await self.suivre(suivi)
