"""The workflow type of one rapport and its lines: a name, and the loop."""

from temporalio import workflow

from workflows.contracts import Suivi
from workflows.suivi import Suiveur


@workflow.defn(name="SuiviDeliberation")
class SuiviDeliberation(Suiveur):
    """Follows one rapport and its lines."""

    @workflow.run
    async def run(self, suivi: Suivi) -> None:
        await self.suivre(suivi)
